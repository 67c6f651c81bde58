"""`frame.mujun`: the functions on frames, as methods of any GeoDataFrame or DataFrame.

Registered once pandas is imported beside geo, in either order; it imports nothing further until a
method is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.api.rules import Judgement
    from geo.publish.webmap.map import OfflineMap


@pd.api.extensions.register_dataframe_accessor("mujun")
class Mujun:
    """The functions of `geo` on this frame; arguments are theirs.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> from shapely import box
    >>> plots = gpd.GeoDataFrame(
    ...     {"tax": [90.0]}, geometry=[box(500000, 3400000, 500100, 3400100)], crs=4544
    ... )
    >>> plots.mujun.per_mu("tax").round(3).tolist()
    [6.0]
    >>> plots.mujun.judge(geo.Rule("tax_per_mu", ">=", 8)).summary["verdict"].tolist()
    ['fail']
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame: Any = frame

    def area(self, *arguments: Any, **named: Any) -> pd.Series[float]:
        """`geo.area` of this frame."""
        from geo.api.land import area  # noqa: PLC0415 -- each method loads what it needs

        return area(self._frame, *arguments, **named)

    def per_mu(self, *arguments: Any, **named: Any) -> pd.Series[float] | pd.DataFrame:
        """`geo.per_mu` of this frame."""
        from geo.api.money import per_mu  # noqa: PLC0415

        made: pd.Series[float] | pd.DataFrame = per_mu(self._frame, *arguments, **named)
        return made

    def ratios(self, *arguments: Any, **named: Any) -> pd.DataFrame:
        """`geo.ratios` of this frame."""
        from geo.api.money import ratios  # noqa: PLC0415

        return ratios(self._frame, *arguments, **named)

    def judge(self, *arguments: Any, **named: Any) -> Judgement:
        """`geo.judge` of this frame."""
        from geo.api.rules import judge  # noqa: PLC0415

        return judge(self._frame, *arguments, **named)

    def grade(self, *arguments: Any, **named: Any) -> pd.DataFrame:
        """`geo.grade` of this frame."""
        from geo.api.grades import grade  # noqa: PLC0415

        return grade(self._frame, *arguments, **named)

    def zone_shares(self, *arguments: Any, **named: Any) -> pd.DataFrame:
        """`geo.zone_shares` of this frame."""
        from geo.api.land import zone_shares  # noqa: PLC0415

        return zone_shares(self._frame, *arguments, **named)

    def distance_to(self, *arguments: Any, **named: Any) -> pd.Series[float]:
        """`geo.distance_to` of this frame."""
        from geo.api.land import distance_to  # noqa: PLC0415

        return distance_to(self._frame, *arguments, **named)

    def overlaps(self, *arguments: Any, **named: Any) -> gpd.GeoDataFrame:
        """`geo.overlaps` of this frame."""
        from geo.api.land import overlaps  # noqa: PLC0415

        return overlaps(self._frame, *arguments, **named)

    def allocate(self, *arguments: Any, **named: Any) -> pd.DataFrame:
        """`geo.allocate` of this frame's amounts."""
        from geo.api.money import allocate  # noqa: PLC0415

        return allocate(self._frame, *arguments, **named)

    def explore(self, *arguments: Any, **named: Any) -> OfflineMap:
        """`geo.explore` of this frame."""
        from geo.api.maps import explore  # noqa: PLC0415

        return explore(self._frame, *arguments, **named)
