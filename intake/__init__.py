"""The domain: what an application is, and the rules that decide about it. Pure."""

from intake.application import Application
from intake.decide import decide
from intake.decision import Decision
from intake.facts import Facts
from intake.pack import Pack

__all__ = ["Application", "Decision", "Facts", "Pack", "decide"]
