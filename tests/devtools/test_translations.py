"""The translation tooling collects every text, keeps what is translated, and finds what is not."""

from pathlib import Path

import polib
import pytest

from negotiation_hub.devtools import translations

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
a = _("Plain text")
b = ngettext("%(n)s offer", "%(n)s offers", n)
c = pgettext("verb", "Order")
d = "not wrapped"
"""
TEMPLATE = """{% load i18n %}
<p title="{% translate 'It is yours' %}">
      {% blocktranslate trimmed with name=user.name %}
    Hello
    {{ name }}{% endblocktranslate %}
  <b>don't {# Translators: noise #}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "rooms").mkdir()
    (tmp_path / "rooms" / "views.py").write_text(PYTHON)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text('from x import _\n_("Only a test says so")\n')
    pages = tmp_path / "frontend" / "templates" / "rooms"
    pages.mkdir(parents=True)
    (pages / "room.html").write_text(TEMPLATE)
    return tmp_path


@pytest.fixture
def catalogue(project: Path) -> Path:
    path = project / translations.LOCALES / "es" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.touch()
    return path


def translate(catalogue: Path, **said: str) -> None:
    """Translate every entry as itself, and those named in `said` otherwise."""
    po = polib.pofile(str(catalogue))
    for entry in po:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        else:
            entry.msgstr = said.get(entry.msgid.replace(" ", "_"), entry.msgid)
    po.save()


def test_texts_of_code_and_templates_are_collected_and_those_of_tests_are_not(project: Path) -> None:
    found = {(text.context, text.singular, text.plural) for text in translations.collect(project).values()}
    assert found == {
        (None, "Plain text", ""),
        (None, "%(n)s offer", "%(n)s offers"),
        ("verb", "Order", ""),
        (None, "It is yours", ""),
        (None, "Hello %(name)s", ""),
    }


def test_a_translated_catalogue_has_no_problem_and_compiles(project: Path, catalogue: Path) -> None:
    texts = translations.collect(project)
    assert translations.merge(catalogue, texts) == 5
    assert len(translations.problems(catalogue, texts)) == 5
    translate(catalogue, Plain_text="Texto")
    assert translations.problems(catalogue, texts) == []
    assert translations.merge(catalogue, texts) == 0
    assert translations.problems(catalogue, texts) == []
    polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo")))
    assert ("Plain text", "Texto") in {
        (entry.msgid, entry.msgstr) for entry in polib.mofile(str(catalogue.with_suffix(".mo")))
    }


def test_a_new_text_is_missing_until_it_is_translated(project: Path, catalogue: Path) -> None:
    translations.merge(catalogue, translations.collect(project))
    translate(catalogue)
    (project / "rooms" / "more.py").write_text('from x import _\n_("Brand new")\n')
    texts = translations.collect(project)
    assert translations.problems(catalogue, texts) == ["missing: 'Brand new' (rooms/more.py)"]
    translations.merge(catalogue, texts)
    assert translations.problems(catalogue, texts) == ["missing: 'Brand new' (rooms/more.py)"]


def test_a_text_that_is_gone_is_left_over_until_the_catalogue_is_updated(
    project: Path, catalogue: Path
) -> None:
    translations.merge(catalogue, translations.collect(project))
    translate(catalogue)
    (project / "rooms" / "views.py").write_text('from x import _\n_("Plain text")\n')
    texts = translations.collect(project)
    assert translations.problems(catalogue, texts) == ["left over: '%(n)s offer'", "left over: 'Order'"]
    translations.merge(catalogue, texts)
    assert translations.problems(catalogue, texts) == []


@pytest.mark.parametrize(
    ("said", "problem"),
    [("Hola", "placeholder lost"), ("Hola %(nombre)s", "unknown placeholder"), ("", "missing")],
)
def test_a_translation_that_does_not_fit_its_text_is_a_problem(
    project: Path, catalogue: Path, said: str, problem: str
) -> None:
    texts = translations.collect(project)
    translations.merge(catalogue, texts)
    translate(catalogue, **{"Hello_%(name)s": said})
    assert translations.problems(catalogue, texts) == [
        f"{problem}: 'Hello %(name)s' (frontend/templates/rooms/room.html)"
    ]


def test_a_fuzzy_translation_is_a_problem(project: Path, catalogue: Path) -> None:
    texts = translations.collect(project)
    translations.merge(catalogue, texts)
    translate(catalogue)
    po = polib.pofile(str(catalogue))
    po.find("Plain text").flags.append("fuzzy")
    po.save()
    assert translations.problems(catalogue, texts) == ["fuzzy: 'Plain text' (rooms/views.py)"]
    translations.merge(catalogue, texts)
    assert translations.problems(catalogue, texts) == ["fuzzy: 'Plain text' (rooms/views.py)"]
