"""Policy packs (政策包): dated rules as data. `load` reads one from texts, `Pack` is it, ready."""

from intake.pack.layers import PackError, Place, Source, Texts
from intake.pack.pack import Pack, Rules, from_canonical, load

__all__ = ["Pack", "PackError", "Place", "Rules", "Source", "Texts", "from_canonical", "load"]
