# The server. Build: docker build -t extractor .   Run: docker run -p 8765:8765 -v "$PWD/outputs:/data" extractor
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY requirements requirements
COPY src src
COPY rules rules
# What is locked, with its hashes; jieba is published as source only.
RUN pip install --no-cache-dir --require-hashes -r requirements/build.txt \
 && python -m venv --without-pip /venv \
 && pip --python /venv/bin/python install --no-cache-dir --require-hashes -r requirements/build.txt \
 && pip --python /venv/bin/python install --no-cache-dir --require-hashes --no-build-isolation \
      --only-binary :all: --no-binary jieba -r requirements/server.txt \
 && pip --python /venv/bin/python install --no-cache-dir --no-build-isolation --no-deps .

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 extractor && mkdir /data && chown extractor /data
COPY --from=build /venv /venv
USER extractor
WORKDIR /data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1
EXPOSE 8765
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8765/healthz', timeout=4)"
STOPSIGNAL SIGTERM
# Others reach it, so it asks for a token: EXTRACTOR_TOKEN, or one that it makes up and prints. With a store in /data
# (an outputs folder of `extractor run`) it shows that; without one it extracts what it is sent.
ENTRYPOINT ["extractor", "serve", "--host", "0.0.0.0", "--port", "8765"]
CMD []
