"""What a person gives by mistake is answered with what to ask first."""

import pandas as pd
import pytest

import framing as fr

MISTAKES = [
    (lambda study: fr.keyness.answer(study), "keyness.answer takes what keyness.compare gives as 'found', .* a Study"),
    (lambda study: fr.keyness.strongest(study), "keyness.compare"),
    (lambda study: fr.frames.crosstab(study), "frames.crosstab takes what frames.code gives as 'codes'"),
    (lambda study: fr.frames.lines(study, codes="脅威"), "frames.code gives as 'codes', and this is a str"),
    (lambda study: fr.prominence.answer(study, "years"), "prominence.fit gives"),
    (lambda study: fr.topics.words(study), "topics.fit gives as 'topics'"),
    (lambda study: fr.trends.answer(study), "trends.interrupted gives"),
    (lambda study: fr.multiverse.summary(study), "multiverse.of_study gives"),
    (lambda study: fr.maps.correspondence(study), "maps.outlets asks it of a study"),
    (
        lambda study: fr.power.curve(study.articles),
        r"and this is a DataFrame with the columns \['article_id', 'outlet'",
    ),
]


@pytest.mark.parametrize(("ask", "said"), MISTAKES)
def test_another_thing_than_a_result_is_refused_with_what_makes_one(ask, said):
    study = fr.study.open(pd.DataFrame({"article_id": ["a", "b"], "outlet": ["x", "y"], "text": "会談"}))
    with pytest.raises(TypeError, match=said):
        ask(study)
