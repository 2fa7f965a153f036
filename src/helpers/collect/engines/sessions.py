"""Spark sessions: in this process, on a cluster (spark://…), through Spark Connect (sc://…).

Settings that a study runs well with are set unless whoever runs it says otherwise, in
``spark-defaults.conf`` or in ``PYSPARK_SUBMIT_ARGS``.
"""

import os
import re
import shlex
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from py4j.protocol import Py4JError
from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession

from helpers.collect.engines.clusters import check_cluster, place_of, within
from helpers.collect.engines.failures import first_lines
from helpers.errors import StudyError
from helpers.study.addresses import expanded, without_secrets

# For every session. Most of a study's queries are over few rows: what counts is how soon one starts
# rather than how fast it runs; with compiled plans, most of the time goes into compiling them.
COMMON = {
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
# Settings of a session in this process, where a study is tried out before it meets a cluster.
LOCAL = COMMON | {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(min(8, os.cpu_count() or 1)),
}
# Of a cluster's driver, which asks and plans and goes through no rows: to start fast. What else a
# cluster is told depends on the rows: `helpers.collect.engines.tuning`.
DRIVER = COMMON | {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
# Of executors, which each notebook has anew and which cannot be changed later: over few rows they
# spend their time on compiling what then runs once.
EXECUTOR = {"spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
CLOCK = "spark.sql.session.timeZone"
START = 60  # seconds for a Java machine of our own, where nobody else is waited for


def schema_of(url: str) -> str | None:
    """The schema that an expanded URL names for tables."""
    return next(iter(parse_qs(url.partition("?")[2]).get("schema", [])), None)


def session(url: str, wait: float, *, small: bool = False) -> SparkSession:
    """The session that a URL means.

    Parameters
    ----------
    wait : seconds that a cluster has to give one, and that a Connect server may be gone later on.
    small : whether there are few rows for all that is known (`tuning.looks_small`).

    Raises
    ------
    StudyError
        There is no Java, the cluster does not answer in time, or keeps no tables.
    """
    check_cluster(url)
    filled = expanded(url, where="engine")
    schema, address = schema_of(filled), filled.partition("?")[0]
    chosen = settings(address, schema, small=small)
    failure = None
    try:
        if address.startswith("sc://"):
            import_module("pyspark.sql.connect.session")
        else:
            within(START, lambda: _start_java(chosen), late=_no_java)
        made = within(
            START if address == "spark" else wait,
            lambda: _opened(address, chosen, wait),
            late=lambda: _unanswered(filled, wait),
            counts=_asks_the_cluster if address.startswith("spark://") else None,
        )
    except StudyError as error:
        failure = error
        _give_up()
    except Exception as error:  # Java, gRPC and the gateway each have their own
        failure = StudyError(
            f"engine: the Spark session at {place_of(filled)} cannot be opened.",
            found=without_secrets(first_lines(error), filled, url),
            remedy="see whether that address is the cluster's, and of this version of Spark",
        )
    if failure is not None:
        raise failure
    if schema and not _keeps_tables(made, address):
        raise StudyError(
            f"engine: tables of the schema {schema} would end with this Spark session.",
            found="spark.sql.catalogImplementation = in-memory",
            expected="a catalog that outlives a session: each notebook has one of its own",
            remedy="leave ?schema= out, so that tables lie in the reports folder; or name a "
            "metastore in spark-defaults.conf",
        )
    return made


def _start_java(chosen: dict[str, str]) -> None:
    """Start the Java machine of this process, which no cluster is asked for."""
    conf = SparkConf(loadDefaults=False)
    conf.setAll(list(chosen.items()))
    SparkContext._ensure_initialized(conf=conf)


def _asks_the_cluster() -> bool:
    """Whether the Java machine has made what is its own, and turns to the cluster."""
    with suppress(Py4JError, OSError):
        machine: Any = SparkContext._jvm
        return machine.org.apache.spark.SparkEnv.get() is not None
    return True


def _opened(address: str, chosen: dict[str, str], wait: float) -> SparkSession:
    if address.startswith("sc://"):
        from pyspark.sql.connect.client.retries import DefaultPolicy

        made = SparkSession.builder.remote(address).getOrCreate()
        # Four attempts, then one every five seconds; left alone, Spark tries for ten minutes.
        attempts = 4 + int(wait // 5)
        policy = DefaultPolicy(max_retries=attempts, max_backoff=5000, jitter=0)
        of_connect: Any = made  # the hints of PySpark's classic session hold a property for a call
        client = of_connect.client
        client.set_retry_policies([policy])
        made.version  # noqa: B018 - the first word with the server
        return made
    builder = SparkSession.builder.appName("best-customers")
    if address != "spark":
        builder = builder.master(address)
    return builder.config(map={**chosen}).getOrCreate()


def settings(address: str, schema: str | None, *, small: bool = False) -> dict[str, str]:
    """What is set for a session, without what the user says otherwise."""
    found = dict(LOCAL if address == "spark" else DRIVER | (EXECUTOR if small else {}))
    if schema is None:  # else the folder of that catalog is its administrator's affair
        home = f"{tempfile.gettempdir()}/best-customers-spark-{os.getpid()}"
        found["spark.sql.warehouse.dir"] = f"file://{home}/warehouse"
    said = said_by_the_user()
    return {key: value for key, value in found.items() if key not in said}


def said_by_the_user() -> set[str]:
    """Settings that ``spark-defaults.conf`` or the arguments of spark-submit name."""
    home = os.environ.get("SPARK_HOME")
    folder = os.environ.get("SPARK_CONF_DIR") or (home and f"{home}/conf")
    names = set()
    if folder and (path := Path(folder) / "spark-defaults.conf").is_file():
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        words = [re.split(r"[\s=:]", line.strip(), maxsplit=1)[0] for line in lines]
        names |= {word for word in words if word.startswith("spark.")}
    for argument in shlex.split(os.environ.get("PYSPARK_SUBMIT_ARGS", "")):
        names.add(argument.partition("=")[0])
    return names


def _keeps_tables(made: SparkSession, address: str) -> bool:
    """Whether a table is there for the next session; a Connect server's are."""
    if address.startswith("sc://"):
        return True
    own = made.conf.get("spark.sql.catalog.spark_catalog", None)
    return bool(own) or made.conf.get("spark.sql.catalogImplementation") != "in-memory"


def _unanswered(filled: str, wait: float) -> StudyError:
    kind = "a Spark Connect server" if filled.startswith("sc://") else "a Spark master"
    return StudyError(
        f"engine: {place_of(filled)} gave no Spark session within {wait:g} seconds.",
        expected=f"{kind} at that address, of the version of Spark that is installed here",
        remedy="see whether another program has that port, and whether the cluster is well; where "
        "it only needs longer, raise limits.wait_seconds of the study file",
    )


def _no_java() -> StudyError:
    return StudyError(
        f"engine: Java did not start for Spark within {START} seconds.",
        remedy="see whether this machine has memory and processors left, and run again",
    )


def _give_up() -> None:
    """End the Java machine that still waits; another attempt starts another one."""
    gateway = SparkContext._gateway
    if gateway is not None and getattr(gateway, "proc", None) is not None:
        gateway.proc.kill()
        SparkContext._gateway = SparkContext._jvm = None
        SparkContext._active_spark_context = None
