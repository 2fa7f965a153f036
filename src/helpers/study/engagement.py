"""The section ``engagement`` of a study file: how close to work with whom, and what is promised."""

from pydantic import Field, field_validator, model_validator

from helpers.study.section import Section

# Tiers that come with the program, in their order: the first whose condition holds is a customer's.
TIERS = {
    # Class A alone is half of a company's customers and more: nobody works one to one with so many.
    "one_to_one": "value = 'A' AND (quality_band = 'excellent' OR health = 'at_risk')",
    "pooled": "value <> 'C' OR potential OR complex_share >= 0.5",
    "automated": "true",
}


class Tier(Section):
    """One tier: SQL over a customer, and what is promised to those in it.

    ``when`` may ask for *value* (revenue class A, B or C), *health* (group: key, high_potential,
    low_potential, at_risk), *potential* (in a validated segment, or of high potential by health),
    *need* (the required outcome of an interview), *complex_share* (of its tickets in the quarter,
    those in ``engagement.complex``), *tickets*, *size*, *tenure* and *quality_band*. Left out, it
    is that of the built-in tier of this name, else everybody who is left.

    ``response_hours``: within what time a ticket gets its first answer; ``cadence_days``: how often
    somebody gets in touch. Left out, nothing is promised, and nothing is judged.
    """

    when: str | None = None
    response_hours: float | None = Field(None, gt=0)
    cadence_days: int | None = Field(None, ge=1)


class Engagement(Section):
    """Tiers by need, value, health and potential, the closest first.

    ``engagement: {tiers: {one_to_one: {response_hours: 4, cadence_days: 30}, pooled:
    {response_hours: 12}, automated: {}}}``. ``complex`` and ``simple`` name the classes of
    tickets.complexity that count as complex, and that customers could settle by themselves.
    ``kept_least``: a tier whose share of promises kept is shown to be below this is a next step.
    """

    tiers: dict[str, Tier] = Field(
        default_factory=lambda: {name: Tier() for name in TIERS}, min_length=1
    )
    complex: tuple[str, ...] = ("high", "complex")
    simple: tuple[str, ...] = ("low", "simple", "easy")
    kept_least: float = Field(0.9, gt=0, le=1)

    @field_validator("tiers")
    @classmethod
    def _ordered(cls, tiers: dict[str, Tier]) -> dict[str, Tier]:
        """Built-in tiers in their own order: a program that writes YAML may sort its keys."""
        if set(tiers) <= set(TIERS):
            return {name: tiers[name] for name in TIERS if name in tiers}
        return tiers

    @model_validator(mode="after")
    def _last_takes_all(self) -> "Engagement":
        *_, last = self.tiers
        if self.rule(last) != "true":
            raise ValueError(
                f"tiers.{last} is the last one and takes who is left: give it no `when`"
            )
        return self

    def rule(self, tier: str) -> str:
        """The condition of a tier."""
        return self.tiers[tier].when or TIERS.get(tier, "true")
