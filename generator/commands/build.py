"""``build``: compute what is stale, render every page, publish."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from generator.commands.paths import cache_of, root_of
from generator.commentary.folder import by_place
from generator.config.load import Loaded, Overrides, check_content, load_config
from generator.errors import BuildError, InputError
from generator.pipeline.artifact import Artifact
from generator.pipeline.digest import FileDigests
from generator.pipeline.lock import build_lock
from generator.pipeline.plan import Step, make_plan, read_latest, write_latest
from generator.pipeline.sources import Sources
from generator.pipeline.store import CorruptEntry, Store
from generator.results.assemble import assemble
from generator.site.memo import RenderMemo
from generator.site.publish import check_owned, check_target, publish
from generator.site.render import RenderedSite, render_site


@dataclass(frozen=True)
class Computed:
    """Everything measured for a profile."""

    loaded: Loaded
    steps: list[Step]
    artifacts: dict[str, Artifact] = field(default_factory=dict)

    @cached_property
    def results(self) -> dict[str, Any]:
        """The tree of ``results.json`` without the claims."""
        return assemble(self.loaded, self.steps, self.artifacts)


def run(options: argparse.Namespace) -> int:
    """Build the site; see `generator.cli` for the options."""
    begun = time.monotonic()
    root, cache = root_of(options.config), cache_of(options.config)
    out = check_target(options.out, root)
    loaded = load_config(options.config, Overrides(options.profile, options.data, options.model), cache)
    with build_lock(cache):
        check_owned(out, options.overwrite)
        computed = compute(loaded, cache, frozenset(options.force), options.explain)
        rendered = render(computed, root)
        failed = report_problems(rendered, options.strict)
        if failed:
            raise BuildError(failed)
        changed = publish_checked(out, rendered.files)
    state = "built" if changed else "unchanged"
    print(f"{options.out}: {state}, {len(rendered.files)} files, {time.monotonic() - begun:.1f} s")
    return 0


def compute(
    loaded: Loaded,
    cache: Path,
    forced: frozenset[str],
    explain: bool,
    when_stale: Callable[[Computed | None], None] | None = None,
) -> Computed:
    """Bring all stages of the profile up to date and read their results.

    Args:
        loaded: the configuration.
        cache: the checkout's ``.cache``.
        forced: stages to run although they are fresh.
        explain: say for every stage whether it runs, and why.
        when_stale: called before anything runs, with the results of the profile's last build if they are still whole.

    Raises:
        InputError: the data, the model or an option is bad.
        BuildError: a stage failed.
    """
    check_content(loaded)
    store = Store(cache / "store")
    digests = FileDigests(cache / "digests.json")
    sources = Sources(cache / "imports.json")
    latest = read_latest(cache, loaded.name)
    steps, damaged = make_plan(loaded, store, digests, latest, forced, sources)
    sources.save()
    for line in damaged:
        print(line, file=sys.stderr)
    if explain:
        for step in steps:
            print(f"{step.stage.name}: {'reused' if step.fresh else 'runs'}: {step.reason}")
    stale = sum(not step.fresh for step in steps)
    if stale:
        if when_stale is not None:
            when_stale(_previous(loaded, steps, latest, store, digests))
        from generator.pipeline.console import Console
        from generator.pipeline.runner import run_stale

        run_stale(steps, loaded, cache, Console(stale))
        store.prune({step.entry for step in steps} | _used_by_profiles(cache, store))
    write_latest(cache, loaded.name, steps)
    digests.save()
    return Computed(loaded, steps, {step.stage.name: store.read(step.entry) for step in steps})


def _used_by_profiles(cache: Path, store: Store) -> set[Path]:
    """The entries of every profile's last build, so that building one profile does not make another compute anew."""
    profiles = [file.stem for file in (cache / "latest").glob("*.json")]
    return {store.folder / stage / name for each in profiles for stage, name in read_latest(cache, each).items()}


def _previous(
    loaded: Loaded, steps: list[Step], latest: dict[str, str], store: Store, digests: FileDigests
) -> Computed | None:
    """What the profile's last build left, where steps are stale; None if any of it is missing or damaged."""
    old = [
        step if step.fresh else replace(step, entry=store.folder / step.stage.name / latest.get(step.stage.name, ""))
        for step in steps
    ]
    try:
        if all(step.fresh or (step.stage.name in latest and store.verify(step.entry, digests)) for step in old):
            return Computed(loaded, old, {step.stage.name: store.read(step.entry) for step in old})
    except CorruptEntry:
        pass
    return None


def publish_checked(out: Path, files: Mapping[str, bytes]) -> bool:
    """Publish a site if nothing is wrong with it; see `publish`."""
    from generator.site.check import check_site

    return publish(out, files, check_site)


def render(computed: Computed, root: Path, memo: RenderMemo | None = None) -> RenderedSite:
    """Render all pages from what was measured; `memo` carries over what did not change since the last rendering."""
    return render_site(computed.loaded, dict(computed.results), computed.artifacts, root, memo)


def report_problems(rendered: RenderedSite, strict: bool) -> str | None:
    """Print what is wrong with the commentary.

    Returns:
        Why the build fails, or None if it may go on.

    Raises:
        InputError: when the commentary has errors: unknown names, broken syntax.
    """
    if rendered.errors:
        raise InputError.of(by_place(rendered.errors))
    failing = [claim.refuted for claim in rendered.claims if not claim.holds]
    for problem in [*rendered.cautions, *by_place([*rendered.warnings, *failing])]:
        print(problem, file=sys.stderr)
    if strict and (failing or rendered.warnings):
        claims = f"{len(failing)} claim{' does' if len(failing) == 1 else 's do'} not hold"
        warnings = f"{len(rendered.warnings)} warning{'' if len(rendered.warnings) == 1 else 's'}"
        return f"--strict: {claims}, {warnings}; the old site is in place"
    return None
