"""A script and its modules in one file do what they did apart, or are refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rubricstudio.joining import Unjoinable, joined
from rubricstudio.statics import JOINED

STATIC = Path(__file__).resolve().parents[2] / "static"
APART = {
    "js/desk.js": 'import { say } from "./words.js";\n'
    'import { go } from "./desk/go.js";\ngo(say);\n',
    "js/desk/go.js": '// Why.\nimport { LIMIT, on } from "./kept.js";\n'
    'import { say } from "../words.js";\n\n'
    "export const go = (act) => on(act, LIMIT, say);\n",
    "js/desk/kept.js": "export const LIMIT = 3;\nlet count = 0;\n\nexport function on() {\n"
    "  count += 1;\n}\n",
    "js/words.js": "export const say = 1;\n",
}


def put_together(**changed: str) -> str:
    texts = APART | {name.replace("_", "/") + ".js": text for name, text in changed.items()}
    return joined("js/desk.js", "js/desk/", lambda name: texts[name])


def test_modules_run_once_in_the_order_of_their_imports_and_shared_ones_stay_outside():
    assert put_together() == (
        'import { say } from "./words.js";\n'
        "const m1 = (() => {\nconst LIMIT = 3;\nlet count = 0;\n\nfunction on() {\n"
        "  count += 1;\n}\nreturn { LIMIT, on };\n})();\n"
        "const m2 = (() => {\nconst { LIMIT, on } = m1;\n// Why.\n\n"
        "const go = (act) => on(act, LIMIT, say);\nreturn { go };\n})();\n"
        "{\nconst { go } = m2;\ngo(say);\n}\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("export let LIMIT = 3;\n", "export let LIMIT = 3;"),
        ("const LIMIT = 3;\nexport default LIMIT;\n", "export default LIMIT;"),
        ("const LIMIT = 3;\nexport { LIMIT };\n", "export { LIMIT };"),
        ('export * from "./other.js";\n', "export * from"),
        ('import "../words.js";\n', "imports no name of js/words.js"),
        ('import "./other.js"\n', 'import "./other.js"'),
        ('import * as all from "./other.js";\n', "import * as all"),
        ('export const LIMIT = await import("./other.js");\n', "import("),
        ("export const LIMIT = import.meta.url;\n", "import.meta"),
        ('import { say as told } from "../words.js";\n', "say as told"),
        ("export const OTHER = 3;\n", "imports LIMIT, which js/desk/kept.js does not export"),
        ('import { go } from "./go.js";\n', "js/desk/go.js > js/desk/kept.js > js/desk/go.js"),
        ('import { say } from "../copies.js";\n', "imports say of js/copies.js"),
    ],
)
def test_what_would_behave_in_another_way_is_refused(text, said):
    with pytest.raises(Unjoinable) as refused:
        put_together(js_desk_kept=text)
    assert said in str(refused.value)


def test_a_module_that_is_imported_for_what_it_does_runs_in_its_place():
    kept = 'import "./first.js";\nexport const LIMIT = 3;\nexport const on = alert;\n'
    text = put_together(js_desk_kept=kept, js_desk_first="alert(1);\n")
    assert text.startswith(
        'import { say } from "./words.js";\n'
        "const m1 = (() => {\nalert(1);\nreturn {  };\n})();\n"
        "const m2 = (() => {\nconst LIMIT = 3;\n"
    )


@pytest.mark.parametrize(("name", "folder"), JOINED.items())
def test_ours_can_be_joined_and_hold_every_module_once(name, folder):
    read = []

    def text_of(one: str) -> str:
        read.append(one)
        return (STATIC / one).read_text()

    text = joined(name, folder, text_of)
    inside = {one for one in read if one != name}
    assert len(re.findall(r"^const m\d+ = ", text, re.MULTILINE)) == len(inside) > 15
    assert {"js/announce.js", "js/navigation.js", "js/words.js"} < inside
    assert not re.search(r"^(?:im|ex)port\b", text, re.MULTILINE)
