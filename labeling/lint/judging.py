"""Words that judge without saying by what, and the company in which they do not."""

from __future__ import annotations

from labeling.lint.lexicon import phrase_file, word_file, word_set

VAGUE = word_file("vague")
# Two words that together mean something definite: `good faith`, `clear the`.
DEFINITE_PAIRS = phrase_file("definite_pairs")
SAYINGS = phrase_file("vague_sayings")
# Words that a number of words, sentences or examples makes definite.
OF_AMOUNT = word_set(
    """adequate adequately brief briefly comprehensive comprehensively concise concisely detailed
    enough few in-depth lengthy long lots many numerous plenty several short succinct succinctly
    sufficient sufficiently thorough thoroughly timely promptly quickly various complete completely
    fully efficient efficiently"""
)
# These judge only as a predicate or before what is said of a text: `sounds warm`, `a warm tone`.
ONLY_OF_MANNER = word_set(
    """bad best better complete completely deep deeply easily few fully important kind logical long
    many natural necessary original plausible poor powerful practical professional quality rich
    sensitive short significant simple smart solid sound strong strongly unique various warm well"""
)
MANNERS = word_set(
    """tone tones manner language style way wording words voice register greeting closing welcome
    phrasing demeanour demeanor attitude terms explanation explanations answer answers response
    responses summary summaries reply argument arguments reasoning analysis structure details detail
    description flow transitions transition examples example points aspects advice insight insights
    understanding ideas story writing introduction conclusion ending opening steps solution
    solutions evidence email letter quality overview paragraph discussion message messages code
    sources context care attention effort suggestions recommendations considerations factors
    reasons sequence order progression organisation organization"""
)
# What a criterion may say of a whole response in one word; two of them are two judgements.
JUDGEMENTS = VAGUE | word_set(
    """accurate accurately actionable calm clean concrete confident consistent consistently correct
    correctly factual factually false feasible formal grammatical grammatically honest honestly
    impartial informal legal neutral objective objectively organised organized precise precisely
    realistic safe specific structured true truthful up-to-date valid well-formed"""
)
