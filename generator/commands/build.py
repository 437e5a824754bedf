"""``build``: compute what is stale, render every page, publish."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from generator.commands.paths import cache_of, root_of
from generator.commentary.folder import by_place
from generator.config.load import Loaded, Overrides, load_config
from generator.errors import BuildError, InputError
from generator.pipeline.artifact import Artifact
from generator.pipeline.console import Console
from generator.pipeline.digest import FileDigests
from generator.pipeline.lock import build_lock
from generator.pipeline.plan import Step, make_plan, read_latest, write_latest
from generator.pipeline.runner import run_stale
from generator.pipeline.store import Store
from generator.results.assemble import assemble
from generator.site.check import check_site
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
    loaded = load_config(options.config, Overrides(options.profile, options.data, options.model))
    with build_lock(cache):
        check_owned(out, options.overwrite)
        computed = compute(loaded, cache, frozenset(options.force), options.explain)
        rendered = render(computed, root)
        failed = report_problems(rendered, options.strict)
        if failed:
            raise BuildError(failed)
        changed = publish(out, rendered.files, check_site)
    state = "built" if changed else "unchanged"
    print(f"{options.out}: {state}, {len(rendered.files)} files, {time.monotonic() - begun:.1f} s")
    return 0


def compute(loaded: Loaded, cache: Path, forced: frozenset[str], explain: bool) -> Computed:
    """Bring all stages of the profile up to date and read their results.

    Raises:
        InputError: the data, the model or an option is bad.
        BuildError: a stage failed.
    """
    store = Store(cache / "store")
    digests = FileDigests(cache / "digests.json")
    steps, damaged = make_plan(loaded, store, digests, read_latest(cache, loaded.name), forced)
    for line in damaged:
        print(line, file=sys.stderr)
    if explain:
        for step in steps:
            print(f"{step.stage.name}: {'reused' if step.fresh else 'runs'}: {step.reason}")
    stale = sum(not step.fresh for step in steps)
    if stale:
        run_stale(steps, loaded, cache, Console(stale))
        store.prune({step.entry for step in steps})
    write_latest(cache, loaded.name, steps)
    digests.save()
    return Computed(loaded, steps, {step.stage.name: store.read(step.entry) for step in steps})


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
    for problem in by_place([*rendered.warnings, *failing]):
        print(problem, file=sys.stderr)
    if strict and (failing or rendered.warnings):
        claims = f"{len(failing)} claim{' does' if len(failing) == 1 else 's do'} not hold"
        warnings = f"{len(rendered.warnings)} warning{'' if len(rendered.warnings) == 1 else 's'}"
        return f"--strict: {claims}, {warnings}; the old site is in place"
    return None
