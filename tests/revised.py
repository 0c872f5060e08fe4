"""The next revision of a framework, written as its author would do it: one change after the other, then published.

revision = Author(repository_of_skills).retire("teamwork").publish("2026.1")
"""

import yaml

from .published import publish_file

CLUSTERS = ("sub_competences", "knowledge", "skills", "predispositions")


class Author:
    """Changes a framework file; all methods for changes return the author itself, so that calls can be chained."""

    def __init__(self, content: bytes):
        self.document = yaml.safe_load(content)
        self.document.pop("retired", None)
        self.replaces = self.document["revision"]["version"]
        for _competence, _cluster, entry in self._entries():
            for declared in ("reworded", "narrowed", "replaces"):
                entry.pop(declared, None)
        self.document["scale"].pop("replaces", None)

    def content(self, version: str) -> bytes:
        self.document["revision"] |= {"version": version, "replaces": self.replaces}
        return yaml.safe_dump(self.document, sort_keys=False, allow_unicode=True).encode()

    def publish(self, version: str):
        """Import and publish the changed file; returns the Revision."""
        return publish_file(self.content(version), f"{version}.yaml")

    def reword(self, key, text):
        return self._change(key, text=text, reworded=True)

    def narrow(self, key, text):
        return self._change(key, text=text, narrowed=True)

    def widen(self, key, *others, text):
        for other in others:
            self._take_out(other, by=key)
        return self._change(key, text=text, replaces=list(others))

    def recode(self, key, code):
        return self._change(key, code=code)

    def translate(self, key, **texts):
        languages = self.document["framework"]["languages"]
        languages += [language for language in texts if language not in languages]
        entry = self._find(key)[2]
        entry["text"] = {"en": entry["text"], **texts}
        return self

    def move(self, key, competence):
        old, cluster, entry = self._find(key)
        old[cluster].remove(entry)
        self._competence(competence).setdefault(cluster, []).append(entry)
        return self

    def succeed(self, key, new, text):
        return self.split(key, (new, self._find(key)[2]["code"], text))

    def split(self, key, *parts):
        """`parts` are (id, code, text)."""
        competence, cluster, entry = self._find(key)
        place = competence[cluster].index(entry)
        self._take_out(key, by=parts[0][0])
        competence[cluster][place:place] = [
            {"id": part, "code": code, "text": text, "replaces": [key]} for part, code, text in parts
        ]
        return self

    def merge(self, keys, new, text):
        competence, cluster, entry = self._find(keys[0])
        place = competence[cluster].index(entry)
        for key in keys:
            self._take_out(key, by=new)
        competence[cluster].insert(place, {"id": new, "code": entry["code"], "text": text, "replaces": list(keys)})
        return self

    def retire(self, key, note="Nobody works like this any more."):
        self._take_out(key)
        self.document.setdefault("retired", []).append({"id": key, "note": note})
        return self

    def add(self, competence, cluster, key, code, text):
        self._competence(competence).setdefault(cluster, []).append({"id": key, "code": code, "text": text})
        return self

    def rescale(self, new, levels):
        """Replace the scale; `levels` are (ids of old levels that turn into it, id, value)."""
        scale = self.document["scale"]
        before = {level["id"]: level for level in scale["levels"]}
        self.document["scale"] = {
            "id": new,
            "replaces": {"id": scale["id"], "map": {old: key for olds, key, _value in levels for old in olds}},
            "levels": [
                {"id": key, "value": value, "label": key.title(), "descriptors": before[olds[0]]["descriptors"]}
                for olds, key, value in levels
            ],
        }
        mapped = self.document["scale"]["replaces"]["map"]
        for competence in self.document["competences"]:
            for outcome in competence.get("learning_outcomes", ()):
                outcome["level"] = mapped[outcome["level"]]
        return self

    def _entries(self):
        for competence in self.document["competences"]:
            for cluster in CLUSTERS:
                for entry in competence.get(cluster, ()):
                    yield competence, cluster, entry

    def _find(self, key):
        return next(found for found in self._entries() if found[2]["id"] == key)

    def _competence(self, key):
        return next(found for found in self.document["competences"] if found["id"] == key)

    def _change(self, key, **fields):
        entry = self._find(key)[2]
        entry.update(fields)
        if "text" in fields:
            entry.pop("emphasis", None)
        return self

    def _take_out(self, key, by=None):
        """Remove a statement; its outcomes serve the statement `by` instead, if it is given."""
        competence, cluster, entry = self._find(key)
        competence[cluster].remove(entry)
        repeats = [other for _competence, _cluster, other in self._entries() if other.get("same_as") == key]
        for other in repeats:
            other.pop("same_as")
        for each in self.document["competences"]:
            for outcome in each.get("learning_outcomes", ()):
                outcome["serves"] = list(
                    dict.fromkeys(
                        served for served in (by if one == key else one for one in outcome["serves"]) if served
                    )
                )
