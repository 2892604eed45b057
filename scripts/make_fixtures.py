#!/usr/bin/env python3
"""Writes tests/fixtures: pages, documents and encodings that look like the real thing, made from corpus/articles.

    .venv/bin/pip install reportlab python-docx opencc-python-reimplemented
    .venv/bin/python scripts/make_fixtures.py

Every file must give the records of its article (tests/reading/test_fixtures.py), whatever was put around the text.
"""

import io
import json
import re
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ARTICLES, OUT = ROOT / "corpus" / "articles", ROOT / "tests" / "fixtures"
INDEX = {entry["file"]: entry for entry in map(json.loads, (ARTICLES / "index.jsonl").read_text("utf-8").splitlines())}


def article(name: str) -> tuple[str, list[str], dict[str, str]]:
    """Title, paragraphs and metadata of an article."""
    about = INDEX[f"{name}.txt"]
    lines = [line.strip() for line in (ARTICLES / f"{name}.txt").read_text("utf-8").splitlines() if line.strip()]
    return lines[0], lines[1:], about


def put(name: str, data: bytes) -> None:
    """Write one fixture."""
    path = OUT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


# --- HTML -------------------------------------------------------------------------------------------------------


def government() -> None:
    """A government site: the title in a meta tag, buttons, a body of spans, more news below."""
    title, paragraphs, about = article("plan-targets-qingdao-2022")
    body = "\n".join(f'<p style="text-indent:2em"><span style="font-size:16pt">{p}</span></p>' for p in paragraphs)
    put("html/plan-targets-qingdao-2022.html", f"""<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><title>{title}_要闻_某某市人民政府</title>
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{about['published']} 09:30">
<meta name="ContentSource" content="某某日报"><style>p {{ margin: 0 }}</style><script>var page = "打印";</script></head>
<body><div class="nav"><a href="/">首页</a> &gt; <a href="/yw">要闻</a></div>
<ul class="menu"><li>政务公开</li><li>互动交流</li><li>投资2亿元项目库</li></ul>
<div class="main"><h1>{title}</h1>
<div class="info"><span>发布日期：{about['published']} 09:30</span> <span>来源：某某日报</span>
<span>字体：[<a>大</a> <a>中</a> <a>小</a>]</span> <a>打印</a> <a>分享</a></div>
<div class="view TRS_UEDITOR" id="zoom">{body}</div>
<div class="related"><h3>相关链接</h3><ul><li>某某县完成投资12亿元，增长8%</li>
<li>某某区新增就业3万人</li></ul></div></div>
<div class="footer">版权所有：某某市人民政府 网站标识码：0000000000 主办单位：某某市人民政府办公室</div></body></html>
""".encode())


def newspaper() -> None:
    """The digital edition of a newspaper in GBK: page number, byline, pictures with captions."""
    title, paragraphs, about = article("district-roundup-qingdao")
    body = "<br>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{p}" for p in paragraphs)
    day = about["published"]
    put("html/district-roundup-qingdao.htm", f"""<html><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>某某日报数字报-{title}</title></head>
<body><table width="100%"><tr><td width="30%"><ul><li><a>第01版：头版</a></li><li><a>第03版：要闻</a></li></ul>
<a>上一版</a> <a>下一版</a></td>
<td><table><tr><td>{day.replace('-', '年', 1).replace('-', '月')}日 第03版：要闻</td></tr>
<tr><td><strong>{title}</strong></td></tr></table><h2>{title}</h2>
<div id="ozoom"><founder-content>
{body}<br>
&nbsp;&nbsp;■ 新落成的体育馆。<br>
□某某日报记者 张明 李小红<br>
</founder-content></div>
<p>责任编辑：王小明</p></td></tr></table></body></html>
""".encode("gbk"))


def wechat() -> None:
    """A WeChat page: the body hidden until a script shows it, the date in a script alone."""
    title, paragraphs, _ = article("livelihood-list-chongqing-2026")
    body = "".join(f"<section><span>{p}</span></section><section><br></section>" for p in paragraphs)
    put("html/livelihood-list-chongqing-2026.html", f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<meta property="og:title" content="{title}"><title></title></head><body id="activity-detail">
<div class="rich_media_wrp"><h1 class="rich_media_title" id="activity-name">
            {title}
</h1><div id="meta_content"><span class="rich_media_meta">原创</span>
<a id="js_name"> 某某发布 </a><em id="publish_time"></em></div>
<div class="rich_media_content" id="js_content" style="visibility: hidden; opacity: 0;">{body}
<p><img data-src="x.png"></p></div><div id="js_tags">阅读原文</div></div>
<script>var ct = "1768442400"; var msg_title = '{title}';</script></body></html>
""".encode())


def plain_site() -> None:
    """A site of its own making, for which nothing but trafilatura knows where the body is."""
    title, paragraphs, about = article("press-conference-zhejiang-innovation")
    body = "\n".join(f"<p>{p}</p>" for p in paragraphs)
    put("html/press-conference-zhejiang-innovation.html", f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<title>{title} - 某某观察</title><meta property="article:published_time" content="{about['published']}T09:00:00+08:00">
</head><body><header><nav><a>首页</a><a>财经</a><a>地方</a></nav></header>
<main><article><h1>{title}</h1><p class="by">某某观察 {about['published']} 09:00</p>
<div class="text">{body}</div></article>
<aside><p>热门推荐</p><a>某某公司新增订单5亿元</a></aside></main>
<footer>联系我们 京ICP备00000000号</footer></body></html>
""".encode())


def traditional_page() -> None:
    """A page in traditional characters and Big5."""
    from opencc import OpenCC

    title, paragraphs, _ = article("rural-ecology-guangxi-2026")
    turned = OpenCC("s2t").convert("\n".join([title, *paragraphs]))
    kept = turned.encode("big5hkscs", "ignore").decode("big5hkscs").split("\n")
    body = "".join(f"<p>{p}</p>\n" for p in kept[1:])
    put("html/rural-ecology-guangxi-2026.html", f"""<html><head><meta charset="big5"><title>{kept[0]}</title></head>
<body><h1>{kept[0]}</h1><div class="article-content">{body}</div><p>責任編輯：王小明</p></body></html>
""".encode("big5hkscs"))


# --- DOCX -------------------------------------------------------------------------------------------------------


def word() -> None:
    """A Word file with a header, a page number and a footnote mark; sentences stand in runs of several fonts."""
    import docx

    title, paragraphs, _ = article("work-report-tasks-anhui")
    document = docx.Document()
    document.core_properties.title = title
    document.sections[0].header.paragraphs[0].text = "内部资料 完成投资99亿元"
    document.add_heading(title, 0)
    for text in paragraphs:
        paragraph = document.add_paragraph()
        for piece in re.findall(r".{1,9}", text):
            paragraph.add_run(piece).bold = len(piece) % 2 == 0
    put("docx/work-report-tasks-anhui.docx", saved(document))


def word_table() -> None:
    """A Word file with a table of targets, some of its cells merged."""
    import docx

    document = docx.Document()
    document.add_paragraph("某某市2026年主要预期目标")
    document.add_paragraph("2026年，全市主要预期目标如下。")
    rows = [("类别", "指标", "目标"), ("经济发展", "地区生产总值", "增长6%左右"),
            ("", "规模以上工业增加值", "增长7%以上"),
            ("民生福祉", "城镇新增就业", "12万人")]
    table = document.add_table(len(rows), 3)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("实施城市更新行动。")
    put("docx/table.docx", saved(document))


def saved(document: object) -> bytes:
    """The file, with the dates of its parts taken out, so that it is the same each time."""
    made, out = io.BytesIO(), io.BytesIO()
    document.save(made)  # type: ignore[attr-defined]
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(zipfile.ZipInfo(part.filename, (2026, 1, 1, 0, 0, 0)), old.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()


# --- PDF --------------------------------------------------------------------------------------------------------


def pdf(name: str, title: str, paragraphs: list[str], columns: int, rows: int, running: str) -> None:
    """A PDF file: lines of one width in columns, a running title and a number on every page."""
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfgen.canvas import Canvas

    registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1)
    canvas.setTitle(title)
    width, size = (495 - 25 * (columns - 1)) / columns, 11
    per_line = int(width // size)
    lines = [line for p in paragraphs for line in broken("\u3000\u3000" + p, per_line)]
    page = 0
    while lines:
        page += 1
        top = 780
        canvas.setFont("STSong-Light", 8)
        canvas.drawString(50, 815, running)
        canvas.drawString(290, 30, f"— {page} —")
        if page == 1:
            canvas.setFont("STSong-Light", 16)
            for line in broken(title, 30):
                canvas.drawString(50, top, line)
                top -= 24
            top -= 10
        canvas.setFont("STSong-Light", size)
        for column in range(columns):
            here, lines = lines[:rows], lines[rows:]
            for number, line in enumerate(here):
                indent = len(line) - len(line.lstrip("\u3000"))
                canvas.drawString(50 + column * (width + 25) + indent * size, top - number * 17, line.lstrip("\u3000"))
        canvas.showPage()
    canvas.save()
    put(f"pdf/{name}.pdf", out.getvalue())


def broken(text: str, width: int) -> list[str]:
    """The text in lines of one width, a digit or a letter counting half; numbers are broken where the line ends."""
    lines, line, used = [], "", 0.0
    for char in text:
        wide = 0.5 if char.isascii() else 1.0
        if used + wide > width:
            lines.append(line)
            line, used = "", 0.0
        line += char
        used += wide
    return [*lines, line]


# --- encodings --------------------------------------------------------------------------------------------------


def encodings() -> None:
    """One article in every encoding, and as mojibake."""
    data = (ARTICLES / "half-year-qinghai-2025.txt").read_text("utf-8")
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"):
        put(f"encodings/{encoding}.txt", data.encode(encoding))
    put("encodings/utf-8-read-as-latin-1.txt", data.encode().decode("latin-1").encode())
    put("encodings/gbk-read-as-cp1252.txt", "\n".join(mixed(line) for line in data.split("\n")).encode())
    put("mojibake/utf-8-read-as-gbk.txt", data.encode().decode("gbk", "replace").encode())
    put("mojibake/gbk-read-as-utf-8.txt", data.encode("gbk").decode("utf-8", "replace").encode())
    put("mojibake/and-back.txt", data.encode("gbk").decode("utf-8", "replace").encode().decode("gbk", "replace")
        .encode())


def mixed(line: str) -> str:
    """GBK read as cp1252, the five bytes that it leaves open as Latin-1 has them."""
    return "".join(bytes([byte]).decode("latin-1" if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252")
                   for byte in line.encode("gbk"))


def main() -> None:
    """Write all of them."""
    for make in (government, newspaper, wechat, plain_site, traditional_page, word, word_table, encodings):
        make()
    title, paragraphs, _ = article("work-report-review-hunan")
    pdf("work-report-review-hunan", title, paragraphs, 1, 22, "某某省政府工作报告 2026")
    title, paragraphs, _ = article("qingdao-feature-2022")
    pdf("qingdao-feature-2022", title, paragraphs, 2, 20, "某某日报 2022年12月20日 第03版：要闻")


if __name__ == "__main__":
    main()
