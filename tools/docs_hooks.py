# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the site needs beyond MkDocs (mkdocs.yml names this file).

The pages of the top folder join those of docs/; README.md is the front page.
Links that are right where a file lies in the repository become right on the
site. A public name in backticks, in a page or in a docstring, becomes a link to
the reference: a name that is not there fails the build.
"""

import pathlib
import re

import griffe
from mkdocs.structure.files import File

ROOT = pathlib.Path(__file__).resolve().parents[1]
# The file in the top folder and its page.
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "CITATION.cff": "citation.cff",
    "LICENSE": "license.txt",
}
_LINK = re.compile(r"(\]\()(?!https?:)([^)\s#]+)")
_NAME = re.compile(
    # Not where it is the text of a link.
    r"(?<!\[)`(?:tfi|tf_implicit)\."
    r"((?:distributions|math|random|estimators)\.[A-Za-z]\w*"
    r"|implicit_reparameterization)`"
)
_FENCED = re.compile(r"^( *)```.*?^\1```", re.DOTALL | re.MULTILINE)


def on_files(files, config):
    """Adds each of PAGES to the site's files."""
    for source, page in PAGES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        if source.endswith(".md"):
            text = _LINK.sub(_link_from_the_top, text)
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown, page, **kwargs):
    """Rewrites links to files of the top folder; links names."""
    del kwargs
    up = "../" * (page.file.src_uri.count("/") + 1)
    for source, name in PAGES.items():
        target = up.removesuffix("../") + name
        markdown = markdown.replace(f"]({up}{source}", f"]({target}")
    parts, end = [], 0
    for block in _FENCED.finditer(markdown):
        parts += [link_names(markdown[end : block.start()]), block[0]]
        end = block.end()
    return "".join([*parts, link_names(markdown[end:])])


def link_names(text: str) -> str:
    """Makes links of the public names in backticks."""
    return _NAME.sub(lambda name: f"[{name[0]}][tf_implicit.{name[1]}]", text)


class PublicNames(griffe.Extension):
    """Reads the package as a user sees it."""

    def on_instance(self, *, obj: griffe.Object, **kwargs) -> None:
        """Links the names in the docstring of `obj`."""
        del kwargs
        if obj.docstring is not None:
            obj.docstring.value = link_names(obj.docstring.value)

    def on_package(self, *, pkg: griffe.Module, **kwargs) -> None:
        """Makes `math.igamma` the function, which a file of that name hides."""
        del kwargs
        for module in filter(lambda m: m.is_module, list(pkg.members.values())):
            for name, member in list(module.modules.items()):
                if name not in (module.exports or ()):
                    continue
                hidden = {
                    exported: module[exported].final_target
                    for exported in module.exports
                    if module[exported].is_alias
                    and module[exported].target_path.startswith(member.path)
                }
                hidden[name] = member[name]
                for exported, target in hidden.items():
                    module.members[exported] = griffe.Alias(
                        exported, target, parent=module
                    )


def _link_from_the_top(match):
    target = PAGES.get(match[2], match[2].removeprefix("docs/"))
    return match[1] + target
