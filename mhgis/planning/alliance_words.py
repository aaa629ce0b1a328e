"""The words of alliances: the models that can be proposed, and what a register of alliances that exist says of each."""

from typing import Final, Literal, get_args

from mhgis.i18n import N_

#: best first; `chain` is an option where no public hub is near, `none` that nothing is in reach
Model = Literal["vertical", "horizontal", "remote", "chain", "none"]
MODELS: Final[tuple[Model, ...]] = get_args(Model)
MODEL_NAMES: Final[dict[Model, str]] = {
    "vertical": N_("Closely organised, vertical"),
    "horizontal": N_("Cross-regional, horizontal"),
    "remote": N_("Remote"),
    "chain": N_("Private chain"),
    "none": N_("No hub in reach"),
}

#: the same in a word, for cells and lines
MODEL_WORDS: Final[dict[Model, str]] = {
    "vertical": N_("vertical"),
    "horizontal": N_("horizontal"),
    "remote": N_("remote"),
    "chain": N_("private chain"),
    "none": N_("no hub"),
}

#: the part of an alliance's classification, in the order of the dimensions
DIMENSIONS: Final[dict[str, str]] = {
    "initiator_category": N_("Initiator"),
    "region": N_("Region"),
    "combination": N_("Combination"),
    "channel": N_("Channel"),
    "integration": N_("Closeness"),
}
#: what a dimension may be
VALUES: Final[dict[str, str]] = {
    "psychiatric_hospital": N_("psychiatric hospital"),
    "psychiatric_department": N_("psychiatric department of a general hospital"),
    "private_hospital": N_("private specialist hospital"),
    "general_hospital": N_("general hospital (no category of the paper's)"),
    "specialist_hospital": N_("specialist hospital of another field (no category of the paper's)"),
    "inside": N_("inside a region"),
    "outside": N_("outside it"),
    "vertical": N_("vertical"),
    "horizontal": N_("horizontal"),
    "online": N_("online"),
    "offline": N_("offline"),
    "close": N_("close"),
    "loose": N_("loose"),
    "not_printed": N_("not printed"),
}
#: a printed value is the source's own word of that alliance; an inferred one was read out of what it describes
BASES: Final[dict[str, str]] = {"printed": N_("printed"), "inferred": N_("inferred"), "absent": N_("not printed")}

#: what is said of a recommended model, and what the notes are on
PARTS: Final = (
    "name", "initiator", "members", "scope", "pathway", "difficulty", "lead_role", "member_role", "referral",
)  # fmt: skip
TOPICS: Final = ("alliances", "models", "foreign", "policies", "survey")

#: words by which a register says that a facility is privately run
PRIVATE: Final = r"(?i)\bprivate\b|\bfor[- ]profit\b|民营|私立|私营|社会办"
