"""PostGIS as a source and a sink, on a real server."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from adbc_driver_postgresql import dbapi
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import CrsError, MujunError, ProjectError, SourceError
from geo.geometry.overlay import overlaps
from geo.sources.postgis import PostgisTable, read_postgis
from tests.builders import EAST, NORTH, in_one
from tests.postgis_server import PASSWORD, server
from tests.province import make
from tests.same import assert_alike, assert_same
from tests.test_parts import in_parts

pytestmark = pytest.mark.slow

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def address():
    with server() as where:
        yield where


def sql(address, text, *, fetch=False):
    with dbapi.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall() if fetch else None


@pytest.fixture
def land(address, parcels):
    """A schema with the four parcels, their names and money in every awkward type, and a view."""
    sql(address, 'DROP SCHEMA IF EXISTS "园区 x" CASCADE')
    sql(address, 'CREATE SCHEMA "园区 x"')
    sql(
        address,
        """CREATE TABLE "园区 x"."宗地" (parcel_id text PRIMARY KEY, land_use varchar(6),
        supplied_on date, contract_area_m2 numeric(12, 2), built boolean, note jsonb,
        geom geometry(Polygon, 4544))""",
    )
    for row in parcels.itertuples():
        sql(
            address,
            f"""INSERT INTO "园区 x"."宗地" VALUES ('{row.parcel_id}', '{row.land_use}',
            '2023-02-01', 10000.25, true, '{{"a": 1}}',
            ST_GeomFromText('{row.geometry.wkt}', 4544))""",
        )
    sql(
        address,
        """CREATE VIEW "园区 x"."工业" AS SELECT * FROM "园区 x"."宗地"
        WHERE land_use LIKE '1001%'""",
    )
    return address


def test_a_table_is_read_with_its_types_and_reference_system(land, parcels):
    frame, digest = read_postgis(land, "园区 x.宗地", None)
    assert frame["parcel_id"].tolist() == list("ABCD")
    assert frame.crs.to_epsg() == 4544
    assert frame["contract_area_m2"].tolist() == [10000.25] * 4
    assert frame["supplied_on"].tolist() == ["2023-02-01"] * 4
    assert shapely.equals_exact(frame.geometry.to_numpy(), parcels.geometry.to_numpy()).all()
    assert read_postgis(land, "园区 x.宗地", None)[1] == digest
    assert read_postgis(land, "园区 x.宗地", "land_use <> '1401'")[1] != digest


def test_rows_come_a_batch_at_a_time(address):
    """5,000 rows of a table, in the order of its key; in the last ones the numbers are long."""
    sql(address, "DROP TABLE IF EXISTS many")
    sql(
        address,
        """CREATE TABLE many AS SELECT 5000 - n AS id, (CASE WHEN n < 9 THEN 10^17 ELSE 1 END
        )::numeric(19, 0) + n AS code, ST_SetSRID(ST_MakeEnvelope(n, 0, n + 1, 1), 4544) AS geom
        FROM generate_series(0, 4999) n""",
    )
    sql(address, "ALTER TABLE many ADD PRIMARY KEY (id)")
    whole, _ = read_postgis(address, "many", "id > 100")
    table = PostgisTable(address, "many", "id > 100")
    frames = [frame for frame, _ in table.batches(100)]
    assert table.count == len(whole) == 4900
    assert len(frames) > 5
    rows = pd.concat(frames, ignore_index=True)
    assert rows["id"].tolist() == whole["id"].tolist() == list(range(101, 5001))
    assert rows["code"].astype("str").tolist() == whole["code"].astype("str").tolist()
    assert (rows.geometry.to_wkb() == whole.geometry.to_wkb()).all()
    assert rows.crs == whole.crs == table.crs


def test_codes_keep_their_digits_and_curves_are_lines(land):
    sql(
        land,
        """CREATE TABLE "园区 x"."弧" (code numeric(19, 0), size numeric, big numeric(20, 0),
        geom geometry(CurvePolygon, 4544))""",
    )
    circle = "CURVEPOLYGON(CIRCULARSTRING(0 0, 200 0, 0 0))"
    for code in ("5110830010020001234", "5110830010020001235", "NULL"):
        sql(
            land,
            f"""INSERT INTO "园区 x"."弧" VALUES ({code}, 12.5, 7,
            ST_GeomFromText('{circle}', 4544))""",
        )
    frame, _ = read_postgis(land, "园区 x.弧", None)
    assert frame["code"].tolist()[:2] == ["5110830010020001234", "5110830010020001235"]
    assert frame["code"].isna().tolist() == [False, False, True]
    assert frame["size"].tolist() == [12.5] * 3
    assert frame["big"].tolist() == [7] * 3
    assert frame.geometry.area.to_numpy() == pytest.approx(np.pi * 1e4, abs=0.05)


def test_a_view_and_a_filter_of_the_servers(land):
    assert read_postgis(land, "园区 x.工业", None)[0]["parcel_id"].tolist() == list("ABC")
    frame, _ = read_postgis(land, "园区 x.工业", "ST_XMin(geom) > 528150 -- the east")
    assert frame["parcel_id"].tolist() == ["C"]


@pytest.mark.parametrize(
    "attack",
    ['true); DROP TABLE "园区 x"."宗地"; --', '1 = (SELECT 1); DELETE FROM "园区 x"."宗地"'],
)
def test_a_filter_cannot_write(land, attack):
    with pytest.raises(SourceError):
        read_postgis(land, "园区 x.宗地", attack)
    assert sql(land, 'SELECT count(*) FROM "园区 x"."宗地"', fetch=True) == [(4,)]


def test_a_name_cannot_break_out_of_its_quotes(land):
    with pytest.raises(SourceError, match="no table or view"):
        read_postgis(land, '园区 x.宗地"; DROP TABLE "园区 x"."宗地', None)
    assert sql(land, 'SELECT count(*) FROM "园区 x"."宗地"', fetch=True) == [(4,)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: (a, "public.none", None), "no table or view `public.none`"),
        (lambda a: (a, None, None), "name the table with `layer`"),
        (lambda a: (a, "园区 x.宗地", "nonsense = 1"), 'column "nonsense" does not exist'),
        (
            lambda a: (a.replace("mujun@", "nobody@"), "园区 x.宗地", None),
            "password authentication",
        ),
        (lambda _: ("postgresql://mujun@127.0.0.1:1/postgres", "x.y", None), "refused"),
    ],
)
def test_what_goes_wrong_is_one_sentence(land, change, said):
    with pytest.raises(SourceError, match=said) as caught:
        read_postgis(*change(land))
    assert "\n" not in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_a_password_does_not_belong_in_the_project(land):
    with pytest.raises(ProjectError, match="PGPASSWORD"):
        read_postgis(land.replace("mujun@", "mujun:secret@"), "x", None)


def edited(project, address, more=""):
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8").replace(
        'path = "parcels.gpkg"', f'path = "{address}"\nlayer = "园区 x.宗地"'
    )
    text = text.replace('path = "enterprises.csv"', f'path = "{address}"\nlayer = "public.ent"')
    file.write_text(text + more, encoding="utf-8")


@pytest.fixture
def both(land, project):
    """The project with its parcels and enterprises in the database, its results going there."""
    sql(land, "DROP TABLE IF EXISTS ent")
    sql(land, "CREATE TABLE ent (enterprise_id text, name text, industry_code text)")
    sql(
        land,
        "INSERT INTO ent VALUES ('E1', '玻璃', '3054'), ('E2', '=cmd|x', '3484'),"
        " ('E3', '无地', '1353')",
    )
    edited(project, land, f'\n[publish]\npostgis = "{land}"\npostgis_schema = "结果"\n')
    return project, land


def run(project, *words):
    outcome = RUNNER.invoke(app, [*(words or ("run",)), "-q", "-p", str(project)])
    assert outcome.exit_code == 0, (outcome.output, outcome.exception)
    return outcome


def test_a_run_from_the_database_into_the_database(both):
    project, address = both
    run(project)
    frame, _ = read_postgis(address, "结果.parcels", None)
    filed = gpd.read_parquet(project / "outputs/tables/parcels.parquet").sort_values("parcel_id")
    frame = frame.sort_values("parcel_id")
    assert frame.crs.to_epsg() == 4544
    assert shapely.equals(frame.geometry.to_numpy(), filed.geometry.to_numpy()).all()
    for column in ("area_mu", "tax_per_mu"):
        assert frame[column].to_numpy() == pytest.approx(filed[column].to_numpy(), nan_ok=True)
    assert frame["compliance"].tolist() == filed["compliance"].tolist()
    verdicts, _ = read_postgis(address, "结果.verdicts", None)
    assert len(verdicts) == len(pd.read_parquet(project / "outputs/tables/verdicts.parquet"))
    assert (
        sql(address, "SELECT count(*) FROM pg_indexes WHERE schemaname = '结果'", fetch=True)[0][0]
        >= 6
    )
    inputs = (project / "outputs/run.json").read_text("utf-8")
    assert "127.0.0.1/postgres 园区 x.宗地" in inputs
    assert PASSWORD not in inputs


@pytest.mark.products("postgis")
def test_the_view_of_codes_is_the_long_table(both):
    """Every column of every verdict; of a database of an earlier version the table goes."""
    project, address = both
    sql(address, 'DROP SCHEMA IF EXISTS "结果" CASCADE')
    sql(address, 'CREATE SCHEMA "结果"')
    sql(address, 'CREATE TABLE "结果".verdicts (subject_id text)')
    run(project)
    told = read_postgis(address, "结果.verdicts", None)[0].drop(columns="source_row")
    filed = pd.read_parquet(project / "outputs/tables/verdicts.parquet")
    key = ["subject", "subject_id", "rule_id", "citation", "cell_text"]
    assert_alike(_by_key(filed, key), _by_key(told, key))
    assert (told["verdict"] == "fail").any()
    assert told["gap"].notna().any()


@pytest.mark.products("postgis")
def test_a_run_in_parts_goes_there_too(both):
    """Codes and outlines of all parts, and the same answers as of the run in one piece."""
    project, address = both
    counts = 'SELECT verdict, count(*), sum(value) FROM "结果".verdicts GROUP BY verdict ORDER BY 1'
    failing = 'SELECT count(*), count(DISTINCT fid) FROM "结果".failing_verdicts'
    run(project)
    one = [sql(address, text, fetch=True) for text in (counts, failing)]
    with (project / "mujun.toml").open("a", encoding="utf-8") as file:
        file.write("\n[engine]\nwhole = 3\npart = 2\n")
    sql(address, 'DROP SCHEMA "结果" CASCADE')
    run(project)
    assert (project / "outputs/tables/parcels").is_dir()
    assert [sql(address, text, fetch=True) for text in (counts, failing)] == one
    assert sql(address, 'SELECT count(*) FROM "结果".parcels', fetch=True) == [(4,)]
    record = (project / "outputs/run.json").read_text(encoding="utf-8")
    assert "--format postgis" not in record


def _by_key(table, key):
    """Rows in order of their keys, words as text and numbers as doubles."""
    numbers = {c: "float64" for c in table if pd.api.types.is_numeric_dtype(table[c].dtype)}
    texts = {c: "str" for c in table if c not in numbers}
    rows = table.astype(numbers | texts).sort_values(key, ignore_index=True)
    return rows.fillna({c: 1e99 if c in numbers else "" for c in rows}).to_dict("list")


@pytest.mark.products("postgis")
def test_a_second_run_replaces_and_leaves_what_is_not_ours(both):
    project, address = both
    run(project)
    sql(address, 'CREATE TABLE IF NOT EXISTS "结果".mine (a int)')
    run(project, "export", "--format", "postgis")
    assert sql(address, 'SELECT count(*) FROM "结果".parcels', fetch=True) == [(4,)]
    assert sql(address, 'SELECT count(*) FROM "结果".mine', fetch=True) == [(0,)]


@pytest.mark.products("postgis")
def test_a_write_that_fails_leaves_the_last_good_results(both):
    project, address = both
    run(project)
    sql(
        address,
        'CREATE VIEW "结果".needed AS SELECT parcel_id FROM "结果".parks, "结果".parcels LIMIT 1',
    )
    sql(address, 'DELETE FROM "结果".verdict_codes')
    outcome = RUNNER.invoke(app, ["export", "--format", "postgis", "-q", "-p", str(project)])
    assert isinstance(outcome.exception, MujunError)
    assert "because other objects depend on it" in str(outcome.exception)
    assert sql(address, 'SELECT count(*) FROM "结果".verdicts', fetch=True) == [(0,)]
    assert sql(address, 'SELECT count(*) FROM "结果".parcels', fetch=True) == [(4,)]
    assert sql(address, 'SELECT parcel_id FROM "结果".needed', fetch=True) == [("A",)]
    sql(address, 'DROP SCHEMA "结果" CASCADE')


def test_export_without_a_database_says_what_to_write(run_project):
    outcome = RUNNER.invoke(app, ["export", "--format", "postgis", "-q", "-p", str(run_project)])
    assert "write postgis =" in str(outcome.exception)


@pytest.mark.products("postgis")
def test_a_role_that_may_only_read_can_be_a_source_and_no_sink(both):
    project, address = both
    sql(address, "DROP ROLE IF EXISTS reader")
    sql(address, f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
    sql(address, 'GRANT USAGE ON SCHEMA "园区 x" TO reader')
    sql(address, 'GRANT SELECT ON ALL TABLES IN SCHEMA "园区 x", public TO reader')
    reader = address.replace("mujun@", "reader@")
    assert len(read_postgis(reader, "园区 x.宗地", None)[0]) == 4
    file = project / "mujun.toml"
    file.write_text(file.read_text("utf-8").replace(address, reader), encoding="utf-8")
    outcome = RUNNER.invoke(app, ["run", "-q", "-p", str(project)])
    assert "permission denied" in str(outcome.exception)
    assert (project / "outputs/run.json").exists()  # the files are whole all the same
    sql(address, "DROP OWNED BY reader")
    sql(address, "DROP ROLE reader")


def test_shares_in_zones_equal_postgis_own(address):
    """The same polygons laid over each other by mujun and by ST_Intersection."""
    rng = np.random.default_rng(4)
    angle = np.linspace(0, 2 * np.pi, 300)[:-1]
    reach = 400 * (1 + 0.3 * np.cos(5 * angle) + 0.1 * np.sin(31 * angle))
    zones = np.array(
        [
            shapely.Polygon(np.c_[x + reach * np.cos(angle), y + reach * np.sin(angle)])
            for x, y in rng.uniform(0, 2000, (12, 2)) + np.array([EAST, NORTH])
        ]
    )
    middles = shapely.points(rng.uniform(0, 2000, (300, 2)) + np.array([EAST, NORTH]))
    shapes = shapely.buffer(middles, rng.uniform(20, 90, 300), quad_segs=3)
    both = {"shapes": shapes, "zones": zones}
    with dbapi.connect(address) as connection, connection.cursor() as cursor:
        for name, drawn in both.items():
            table = pd.DataFrame({"i": np.arange(len(drawn)), "g": shapely.to_wkb(drawn)})
            cursor.adbc_ingest(name, pa.Table.from_pandas(table), mode="replace")
        cursor.execute("""SELECT s.i, z.i, ST_Area(ST_Intersection(s.g::geometry, z.g::geometry))
            FROM shapes s JOIN zones z ON ST_Intersects(s.g::geometry, z.g::geometry)""")
        theirs = {(s, z): area for s, z, area in cursor.fetchall() if area > 0}
    found = overlaps(shapes, zones)
    ours = dict(
        zip(zip(found.shape.tolist(), found.zone.tolist(), strict=True), found.area, strict=True)
    )
    assert ours.keys() == theirs.keys()
    for (shape, zone), area in ours.items():
        assert abs(area - theirs[shape, zone]) <= 1e-9 * shapely.area(shapes[shape])


@pytest.mark.products("postgis")
def test_the_least_that_a_role_needs(both):
    """As docs/en/howto/postgis.md grants it: its layers to read, a schema of its own to write."""
    project, address = both
    sql(address, f"CREATE ROLE planner LOGIN PASSWORD '{PASSWORD}'")
    sql(address, 'GRANT USAGE ON SCHEMA "园区 x" TO planner')
    sql(address, 'GRANT SELECT ON "园区 x"."宗地", public.ent TO planner')
    sql(address, "CREATE SCHEMA own AUTHORIZATION planner")
    planner = address.replace("mujun@", "planner@")
    file = project / "mujun.toml"
    file.write_text(
        file.read_text("utf-8")
        .replace(address, planner)
        .replace('postgis_schema = "结果"', 'postgis_schema = "own"'),
        encoding="utf-8",
    )
    run(project)
    run(project)
    assert sql(address, "SELECT count(*) FROM own.parcels", fetch=True) == [(4,)]
    sql(address, "DROP SCHEMA own CASCADE")
    sql(address, "DROP OWNED BY planner")
    sql(address, "DROP ROLE planner")


@pytest.mark.products("postgis")
def test_qgis_finds_failing_verdicts_on_the_map(both):
    project, address = both
    run(project)
    run(project, "export", "--format", "postgis")  # the view goes and comes with its tables
    frame, _ = read_postgis(address, "结果.failing_verdicts", None)
    verdicts = pd.read_parquet(project / "outputs/tables/verdicts.parquet")
    failing = verdicts[(verdicts["subject"] == "parcel") & (verdicts["verdict"] == "fail")]
    assert sorted(zip(frame["subject_id"], frame["rule_id"], strict=True)) == sorted(
        zip(failing["subject_id"].astype(str), failing["rule_id"].astype(str), strict=True)
    )
    assert len(failing)
    assert frame["fid"].is_unique
    assert frame.geometry.area.to_numpy() == pytest.approx(10_000)


def test_the_bench_fabric_is_judged_alike_from_files_and_from_the_database(address, tmp_path):
    """The same rows by another way in, and in parts: the same verdicts and figures."""
    folder = make(tmp_path / "files", 500)
    parcels = gpd.read_parquet(folder / "parcels.parquet")
    sql(address, "DROP TABLE IF EXISTS fabric")
    with dbapi.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        flat = pd.DataFrame(parcels.drop(columns="geometry")).assign(
            geometry=shapely.to_wkb(parcels.geometry.to_numpy())
        )
        cursor.adbc_ingest("fabric", pa.Table.from_pandas(flat, preserve_index=False))
        cursor.execute(
            "ALTER TABLE fabric ALTER geometry TYPE geometry(Geometry, 4544)"
            " USING ST_SetSRID(ST_GeomFromWKB(geometry), 4544)"
        )
    one = in_one(folder)
    text = (folder / "mujun.toml").read_text(encoding="utf-8")
    (folder / "mujun.toml").write_text(
        text.replace('path = "parcels.parquet"', f'path = "{address}"\nlayer = "public.fabric"'),
        encoding="utf-8",
    )
    assert_same(one, in_one(folder))
    (tmp_path / "scratch").mkdir()
    assert_same(one, in_parts(folder, tmp_path / "scratch", 200))


@pytest.mark.parametrize(
    ("role", "where", "said"),
    [
        ("weak", None, "没有权限（permission denied for table lots）"),
        ("mujun", "no such = 1", "where 的条件不能执行（syntax error"),
        ("mujun", "parcel = 'A'", '条件不能执行（column "parcel" does not exist）'),
        ("mujun", "parcel_id::int = 1", "条件不能执行（invalid input syntax"),
        ("nobody", None, "用户名或密码不对"),
    ],
)
def test_a_server_that_refuses_is_told_by_its_reason(address, role, where, said):
    sql(address, "DROP TABLE IF EXISTS lots")
    sql(address, "CREATE TABLE lots AS SELECT 'A' AS parcel_id")
    sql(address, "DROP ROLE IF EXISTS weak")
    sql(address, f"CREATE ROLE weak LOGIN PASSWORD '{PASSWORD}'")
    with pytest.raises(SourceError) as caught:
        read_postgis(address.replace("mujun@", f"{role}@"), "lots", where)
    told = caught.value.text("zh")
    assert said in told
    assert not {"Query", "LINE", "SQLSTATE", PASSWORD} & set(told.replace("（", " ").split())


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("127.0.0.1:1/postgres", "连接不上（Connection refused"),
        ("no-such-host.invalid/postgres", "连接不上（could not translate host name"),
    ],
)
def test_a_server_that_is_not_there_is_told(server, said):
    with pytest.raises(SourceError) as caught:
        read_postgis(f"postgresql://mujun@{server}", "lots", None)
    assert said in caught.value.text("zh")


def test_a_database_that_is_not_there_is_told(address):
    with pytest.raises(SourceError) as caught:
        read_postgis(address.rsplit("/", 1)[0] + "/none", "lots", None)
    assert "没有这个库" in caught.value.text("zh")


_AREA = "ST_MakeEnvelope(0, 0, 10, 10, 4544)"


@pytest.mark.parametrize("kind", ["geometry", "geography"])
def test_outlines_of_several_reference_systems_are_refused(address, kind):
    """The first row's system would put the others elsewhere."""
    sql(address, "DROP TABLE IF EXISTS lots")
    sql(
        address,
        f"""CREATE TABLE lots AS SELECT i::text AS parcel_id, CASE WHEN i > 2
        THEN ST_SetSRID(ST_MakeEnvelope(105, 29, 105.1, 29.1), 4490)
        ELSE ST_SetSRID(ST_MakeEnvelope(105, 29, 105.1, 29.1), 4326) END::{kind} AS geom
        FROM generate_series(1, 3) AS i""",
    )
    with pytest.raises(CrsError) as caught:
        read_postgis(address, "lots", None)
    assert "SRID 4326：2行、SRID 4490：1行" in caught.value.text("zh")
    assert read_postgis(address, "lots", "parcel_id = '3'")[0].crs.to_epsg() == 4490
    assert len(read_postgis(address, "lots", "parcel_id < '3'")[0]) == 2


def test_of_several_columns_of_outlines_that_of_areas_is_read(address):
    sql(address, "DROP TABLE IF EXISTS lots")
    sql(
        address,
        f"""CREATE TABLE lots AS SELECT 'A' AS parcel_id, ST_Centroid({_AREA}) AS middle,
        ST_Boundary({_AREA}) AS line, {_AREA} AS land, NULL::geometry AS none""",
    )
    frame, _ = read_postgis(address, "lots", None)
    assert frame.geometry.area.tolist() == [100]
    assert list(frame.columns) == ["parcel_id", "geometry", "source_row"]
    sql(address, "ALTER TABLE lots ADD older geometry")
    sql(address, f"UPDATE lots SET older = {_AREA}")
    with pytest.raises(SourceError) as caught:
        read_postgis(address, "lots", None)
    assert "land、older" in caught.value.text("zh")


def test_money_is_read_as_a_number_whatever_its_sign(address):
    sql(address, "DROP TABLE IF EXISTS lots")
    sql(address, "CREATE TABLE lots AS SELECT 7543.12::numeric::money AS tax UNION ALL SELECT NULL")
    frame, _ = read_postgis(address, "lots", None)
    assert frame["tax"].dropna().tolist() == [7543.12]


def test_an_empty_table_and_one_without_a_column_are_named(both):
    project, address = both
    file = project / "mujun.toml"
    text = file.read_text("utf-8")
    sql(address, 'CREATE TABLE "园区 x".empty AS SELECT * FROM "园区 x"."宗地" WHERE false')
    sql(address, 'CREATE TABLE "园区 x".other AS SELECT geom, land_use FROM "园区 x"."宗地"')
    for table, said in (("empty", "图层“宗地”没有一行数据"), ("other", "缺少必填列“宗地编号”")):
        file.write_text(text.replace("园区 x.宗地", f"园区 x.{table}"), encoding="utf-8")
        outcome = RUNNER.invoke(app, ["run", "-q", "-p", str(project)])
        told = outcome.exception.text("zh")
        assert told.startswith(f"127.0.0.1/postgres 园区 x.{table}：")
        assert said in told
