"""Who speaks in each sentence, party and kind of speakers, on sentences written for these tests."""

import pytest

from pipeline import CONFIGS
from pipeline.records import Article, Document
from pipeline.text.document import TextPath

PATH = TextPath.load(CONFIGS)


def read(text: str, **facts: str) -> Document:
    """A news article of the Labour government unless told otherwise."""
    return PATH(Article(id="t", text=text, **{"government": "Labour", "genre": "news"} | facts))


def speakers(text: str, **facts: str) -> list[str]:
    """The speaker of each sentence."""
    return [voice.speaker for voice in read(text, **facts).voices()]


CUES = [
    ("“We are restoring order,” Ms Marian Holloway told MPs.", "Marian Holloway"),
    ("“We are restoring order,” said Marian Holloway.", "Marian Holloway"),
    ("Marian Holloway said: “We are restoring order.”", "Marian Holloway"),
    ("“We,” Marian Holloway said yesterday, “are restoring order.”", "Marian Holloway"),
    ("Marian Holloway, who chairs the committee, added: “We are restoring order.”", "Marian Holloway"),
    ("Marian Holloway, 54, the member for Ashfield, said that order was being restored.", "Marian Holloway"),
    ("The home secretary, Marian Holloway, said order was being restored.", "Marian Holloway"),
    ("Immigration minister Marian Holloway said order was being restored.", "Marian Holloway"),
    ("Labour's Marian Holloway went on to say that order was being restored.", "Marian Holloway"),
    ("Marian Holloway (Lab, Ashfield) said order was being restored.", "Marian Holloway"),
    ("Order was being restored, Marian Holloway said.", "Marian Holloway"),
    ("The route, Marian Holloway believes, will have to close.", "Marian Holloway"),
    ("According to Marian Holloway, order was being restored.", "Marian Holloway"),
    ("Marian Holloway accused the council of delay.", "Marian Holloway"),
    ("Marian Holloway has called for a new route.", "Marian Holloway"),
    ("Marian Holloway is furious at the plan.", "Marian Holloway"),
    ("Marian Holloway published a letter saying that the plan was unlawful.", "Marian Holloway"),
    ("Asked about the hotels, Marian Holloway said they would close.", "Marian Holloway"),
    ("On Tuesday Marian Holloway said they would close.", "Marian Holloway"),
    ("Marian Holloway: “They will close.”", "Marian Holloway"),
    ("Backbenchers are furious at the plan.", "backbenchers"),
    ("Labour MPs warned that the plan was unlawful.", "Labour MPs"),
    ("One minister said the plan would not survive.", "one minister"),
    ("A senior Home Office source said the plan would not survive.", "senior Home Office source"),
    ("Harbour Refugee Trust opposes the plan.", "Harbour Refugee Trust"),
    ("The Union of Port Staff said that members had been spat at.", "Union of Port Staff"),
    ("Reform UK would leave the convention.", "Reform UK"),
    ("A report by the Harbour Institute found that few claims failed.", "Harbour Institute"),
]


@pytest.mark.parametrize(("sentence", "speaker"), CUES)
def test_one_sentence(sentence: str, speaker: str) -> None:
    """A source is found before, behind and around its cue."""
    assert speakers(sentence) == [speaker]


NARRATION = [
    "The measures include a limit of 30 months on refugee status.",
    "Asylum claims fell by a tenth last year.",
    "The bill was described as a gimmick.",
    "The Home Office declined to comment.",
    "Marian Holloway was appointed in September.",
    "Is the plan lawful?",
    "It is understood that the plan was dropped.",
    "Nobody said a word.",
]


@pytest.mark.parametrize("sentence", NARRATION)
def test_narration_has_no_speaker(sentence: str) -> None:
    """The journalist's own sentences carry nobody."""
    assert speakers(sentence) == ["-"]


def test_quotation_over_sentences_keeps_its_speaker() -> None:
    """Sentences inside a quotation, and quotations that carry on, belong to whoever began."""
    text = (
        "Dean Pascoe, of Reform UK, said: “It is a gimmick. Not one plane has left. Not one will.”\n"
        "“They know it,” he added. “So do the voters.”\n“Ask them.”\nThe vote is on Monday."
    )
    assert speakers(text) == ["Dean Pascoe"] * 6 + ["-"]


def test_quotation_waits_for_the_speaker_of_its_paragraph() -> None:
    """A question in marks that opens a paragraph belongs to the speaker named behind it."""
    text = "Ann Tully said no.\n“Why? Because nobody asked us. We live here,” said Dean Pascoe."
    assert speakers(text) == ["Ann Tully", "Dean Pascoe", "Dean Pascoe", "Dean Pascoe"]


def test_pronouns_follow_gender_and_recency() -> None:
    """She is the last woman, he the last man, it the last body."""
    text = (
        "Ann Tully said the plan was cruel. Her neighbour Dean Pascoe disagreed.\nHe said it was weak.\n"
        "Ms Tully spoke again.\nShe said so twice.\nHarbour Refugee Trust opened a hostel.\nIt said it was full."
    )
    found = speakers(text)
    assert found[2] == "Dean Pascoe"
    assert found[4] == "Ann Tully"
    assert found[6] == "Harbour Refugee Trust"


def test_titles_and_descriptions_mean_the_person() -> None:
    """The fullest form printed is the name of all."""
    text = (
        "Ms Holloway said no.\nMarian Holloway, the home secretary, was asked again.\n"
        "“No,” the home secretary said.\nThe charity Harbour Together, which runs hostels, said it was sad.\n"
        "The charity added that it would appeal."
    )
    assert speakers(text) == ["Marian Holloway", "-", "Marian Holloway", "Harbour Together", "Harbour Together"]


def test_two_people_of_one_surname_stay_apart() -> None:
    """Given names and titles tell them apart."""
    text = "Ann Marsh said no.\nPeter Marsh said yes.\nMrs Marsh said never.\nMr Marsh said always."
    assert speakers(text) == ["Ann Marsh", "Peter Marsh", "Ann Marsh", "Peter Marsh"]


def test_spokesman_of_somebody_is_named_after_them() -> None:
    """A possessive is replaced by whom it means."""
    text = "Marian Holloway, the home secretary, left early.\nHer spokesman said she was ill."
    document = read(text)
    voice = list(document.voices())[1]
    assert (voice.speaker, voice.party, voice.kind) == ("Marian Holloway’s spokesman", "Labour", "minister")


@pytest.mark.parametrize("marks", ["“”", '""', "‘’", "''"])
def test_marks_do_not_change_the_speakers(marks: str) -> None:
    """British single marks, straight and curly: the same text has the same speakers."""
    text = "<It’s the MPs’ plan,> said Ann Tully. <It isn’t ours.>\n<Nobody asked,> Dean Pascoe said."
    text = text.replace("<", marks[0]).replace(">", marks[1])
    assert speakers(text) == ["Ann Tully", "Ann Tully", "Dean Pascoe"]


@pytest.mark.parametrize("name", ["Ann Tully", "Oluwaseun Bright", "Zara O’Brien-Khan", "Siân Maddox"])
def test_a_name_does_not_change_the_speakers(name: str) -> None:
    """Whoever bears the name, the same sentences are theirs."""
    surname = name.split()[-1]
    text = f"{name}, a councillor, said no.\n“Never,” she added. “Not here.”\nIt rained.\nMs {surname} said so."
    assert speakers(text) == [name, name, name, "-", name]


AFFILIATIONS = [
    ("Labour MP Ann Tully said no.", "Labour", "Labour", "governing"),
    ("Labour MP Ann Tully said no.", "Conservative", "Labour", "opposition"),
    ("Reform UK's Ann Tully said no.", "Labour", "Reform UK", "opposition"),
    ("Ann Tully, the shadow home secretary, said no.", "Labour", "Conservative", "opposition"),
    ("The home secretary, Ann Tully, said no.", "Conservative", "Conservative", "minister"),
    ("Lib Dem peer Ann Tully said no.", "Coalition", "Liberal Democrat", "governing"),
    ("Ann Tully (Con) said no.", "Labour", "Conservative", "opposition"),
    ("Ann Tully, chief executive of the refugee charity Harbour, said no.", "Labour", "none", "civil_society"),
    ("Ann Tully, general secretary of the port staff's union, said no.", "Labour", "none", "civil_society"),
    ("Professor Ann Tully said no.", "Labour", "none", "expert"),
    ("Mr Justice Tully said no.", "Labour", "none", "official"),
    ("Ann Tully, a resident, said no.", "Labour", "none", "public"),
    ("Downing Street said no.", "Conservative", "Conservative", "minister"),
    ("The prime minister’s official spokesman said no.", "Labour", "Labour", "minister"),
    ("The Danish government said no.", "Labour", "other", "foreign"),
    ("Conservative voters said no.", "Labour", "none", "public"),
    ("Ann Tully said no.", "Labour", "", ""),
]


@pytest.mark.parametrize(("sentence", "government", "party", "kind"), AFFILIATIONS)
def test_party_and_kind(sentence: str, government: str, party: str, kind: str) -> None:
    """Both follow from the words beside the name and from who governs."""
    voice = next(read(sentence, government=government).voices())
    assert (voice.party, voice.kind) == (party, kind)


def test_transcript() -> None:
    """Each paragraph of a debate begins with its speaker; ministers' names stand in brackets."""
    text = (
        "Ann Tully (Ashfield) (Lab): I beg to move. It is late.\nThe Minister (Dean Pascoe): I am grateful.\n"
        "We agree.\nAnn Tully: So we do.\nQuestion put."
    )
    document = read(text, genre="debate")
    assert [voice.speaker for voice in document.voices()] == ["Ann Tully"] * 2 + ["Dean Pascoe"] * 2 + [
        "Ann Tully",
        "-",
    ]
    assert [voice.kind for voice in document.voices()][:3] == ["governing", "governing", "minister"]


def test_author_speaks_where_nobody_is_quoted() -> None:
    """An opinion piece is its author's, but for those whom it quotes."""
    text = "The plan is cruel.\n“It is late,” said Dean Pascoe.\nMinisters want it all the same."
    assert speakers(text, genre="opinion", author="Ann Tully") == ["Ann Tully", "Dean Pascoe", "Ann Tully"]
    assert speakers(text, genre="opinion") == ["author", "Dean Pascoe", "author"]


def test_author_is_found_in_the_text() -> None:
    """A byline or the line about the author names the voice."""
    body = "The plan is cruel.\nIt will fail.\n"
    assert speakers(f"By Ann Tully\n{body}", genre="opinion")[1] == "Ann Tully"
    assert speakers(f"{body}Ann Tully is a councillor in Marlow.", genre="opinion")[0] == "Ann Tully"


def test_letters_belong_to_their_signatures() -> None:
    """Each letter of a page ends with its writer."""
    text = "I live here.\nIt is loud.\nAnn Tully, Marlow\nI do not mind.\nIt is a town.\nDean Pascoe, Ashfield"
    assert speakers(text, genre="letter") == ["Ann Tully", "Ann Tully", "-", "Dean Pascoe", "Dean Pascoe", "-"]


def test_given_speaker_keeps_given_party_and_kind() -> None:
    """What the metadata say of a text's own voice is not guessed again."""
    document = read("We shall act.", speaker="Ann Tully", party="Green", kind="opposition", genre="speech")
    voice = next(document.voices())
    assert (voice.speaker, voice.party, voice.kind) == ("Ann Tully", "Green", "opposition")


def test_interview_without_names_or_marks() -> None:
    """Questions open the paragraphs and the answers are the guest's."""
    text = (
        "Ann Tully runs a hostel in Marlow.\nIs it full?\nWe are full, and I am tired.\nIs that new?\n"
        "We were full in May. I said so.\nWhat now?\nI wait. We all wait."
    )
    found = speakers(text, genre="interview")
    assert found == ["-", "-", "Ann Tully", "-", "Ann Tully", "Ann Tully", "-", "Ann Tully", "Ann Tully"]


def test_press_release_speaks_for_its_issuer() -> None:
    """Up to its end mark, what nobody is quoted for is said by the body that the notes describe."""
    text = (
        "Hostels are full.\n“It is late,” said Dean Pascoe.\nMinisters must act.\nENDS\nNotes to editors\n"
        "Harbour Refugee Trust is a registered charity."
    )
    issuer = "Harbour Refugee Trust"
    assert speakers(text, genre="press_release") == [issuer, "Dean Pascoe", issuer, "-", "-", "-"]


def test_members_of_the_group_just_spoken_of() -> None:
    """ "One said" and "others" are of the group before."""
    assert speakers("Labour MPs were furious.\nOthers said they would abstain.") == ["Labour MPs", "Labour MPs"]
