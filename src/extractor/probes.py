"""Which part of the program reads which layer of rules: the functions by which `rules check` runs all examples."""

from __future__ import annotations

from collections.abc import Mapping

from extractor.rulebook.check import Probe


def probes() -> Mapping[str, Probe]:
    """A probe for each layer of rules."""
    from extractor.claims import actions, catalogue, confidence, lexicon, probe
    from extractor.mentions import entities, periods, quantities
    from extractor.reading import furniture, metadata
    from extractor.review import themes
    from extractor.text import traditional

    return {"furniture": furniture.probe, "metadata": metadata.probe,
            "numerals": quantities.probe, "units": quantities.probe, "quantities": quantities.probe,
            "periods": periods.probe,
            "places": entities.probe, "people": entities.probe, "entities": entities.probe,
            "scopes": probe.probe_scopes, "claims": probe.probe_claims, "phrases": lexicon.probe,
            "actions": actions.probe, "indicators": catalogue.probe, "confidence": confidence.probe,
            "themes": themes.probe, "traditional": traditional.probe}
