from xml.etree.ElementTree import fromstring

from assessments.questionnaire.progress import CompetenceProgress, Progress, minutes_for


def competence(code, answered, asked=2):
    return CompetenceProgress(1, code, f"Title of {code}", asked, answered, 0, f"/rate/{code}/")


def test_what_is_begun_comes_before_what_is_not():
    progress = Progress((competence("A", 2), competence("B", 0), competence("C", 1)))
    assert progress.next.code == "C"
    assert [done.code for done in progress.done] == ["A"]
    assert (progress.answered, progress.asked) == (3, 6)


def test_when_all_is_done_nothing_is_next():
    progress = Progress((competence("A", 2), competence("B", 2)))
    assert progress.next is None
    assert progress.after(progress.find("A")).code == "B"
    assert progress.after(progress.find("B")) is None
    assert progress.find("Z") is None


def test_the_essential_form_takes_ten_minutes():
    assert minutes_for(24) == 10
    assert minutes_for(1) == 1


def test_the_ring_says_in_words_what_it_shows():
    ring = Progress((competence("A", 2), competence("B", 1), competence("C", 0))).ring
    assert '<title id="ring-t">1 of 3 competences done</title>' in ring
    assert "Done: A. In progress: B." in ring


def test_the_ring_is_sound_for_any_number_and_any_code():
    for count in (1, 2, 4, 7, 30):
        ring = Progress(tuple(competence(f"<{number}>", number % 3) for number in range(count))).ring
        fromstring(ring)
