# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes Markdown of C++ headers: comments and declarations as they stand.

What it relies on is how headers are written here: a comment in front says what
the header is for, banners (`//===---`) make sections, blank lines part what
stands at namespace scope, and `///` comments precede what they describe.
"""

import os
import re
import textwrap

BANNER = re.compile(r"\s*//===-+===//$")
SKIPPED = re.compile(r"#|namespace\b.*\{$|\} // namespace|(class|struct) \w+;$")
RECORD = re.compile(r"(?:class|struct|enum class) (\w+)")


class Entry:
    """A part of a header: its title and the Markdown below it. What only
    follows, declarations without a title, has level 0."""

    def __init__(self, level, title, text):
        self.level, self.title, self.text = level, title, text


def read_header(path, sections=None):
    """The entries of a header, all or those of some sections. The first one,
    of level 2, is the header itself."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    title = re.match(r"//===- (\S+) - (.*?) -*\*- C\+\+ -\*-===//$", lines[0])
    if not title:
        raise ValueError(f"{path}: the first line does not say what this is")
    intro, lines = read_intro(lines)
    text = "" if sections else prose(intro)
    entries = [Entry(2, f"{title.group(1)}: {title.group(2)}", text)]
    section, level = None, 3
    for chunk in split(lines):
        if BANNER.match(chunk[0]):
            section, level = strip(chunk[1]), 4
            entries.append(Entry(3, section, prose(strip(l) for l in chunk[3:])))
        elif not sections or section in sections:
            add_chunk(entries, chunk, level)
    if sections:
        dropped = [e for e in entries if e.level == 3 and e.title not in sections]
        entries = [e for e in entries if e not in dropped]
    return entries


def read_intro(lines):
    """The comment below the licence, and the lines after it."""
    banners = [i for i, line in enumerate(lines) if BANNER.match(line)]
    begin = banners[0] + 1
    end = begin
    while lines[end].startswith("//"):
        end += 1
    intro = [strip(l) for l in lines[begin:end] if not BANNER.match(l)]
    return intro, lines[end:]


def strip(line):
    return re.sub(r"^\s*///? ?", "", line)


def split(lines):
    """Groups of lines that no blank line at namespace scope divides."""
    chunk, depth = [], 0
    for line in lines + [""]:
        if not depth and SKIPPED.match(line):
            continue
        if not line.strip() and not depth:
            if chunk:
                yield chunk
            chunk = []
            continue
        chunk.append(line)
        code = re.sub(r'//.*|"(\\.|[^"\\])*"', "", line)
        depth += code.count("{") - code.count("}")


def add_chunk(entries, chunk, level):
    comment = [l for l in chunk if l.startswith("///")]
    comment = comment if chunk[: len(comment)] == comment else []
    code = chunk[len(comment) :]
    record = RECORD.match(code[0]) if code else None
    if record:
        text = prose(strip(l) for l in comment) + fence(declarations(code), "cpp")
        entries.append(Entry(level, record.group(1), text))
    elif entries[-1].level == 0:
        text = entries[-1].text.removesuffix("```\n\n")
        entries[-1].text = text + "\n" + declarations(chunk) + "\n```\n\n"
    else:
        entries.append(Entry(0, "", fence(declarations(chunk), "cpp")))


def declarations(lines):
    """Without what is private, bodies, and the caller's line."""
    if "private:" in lines:
        lines = lines[: lines.index("private:")] + ["};"]
    text = "\n".join(lines)
    banner = r"^( *)//===-+===//\n( *// .*)\n *//===-+===//$"
    text = re.sub(banner, r"\2", text, flags=re.M)
    text = re.sub(r",?\s*SourceLocation loc = SourceLocation::current\(\)", "", text)
    text = re.sub(r"\)\s*:\s[^;{}]*\{\}", ");", text)
    text = re.sub(r" \{ return [^;]*; \}", ";", text)
    text = re.sub(r"^( *\S+>)\n *(.*;)$", join_if_short, text, flags=re.M)
    return re.sub(r"\n\s*\};$", "\n};", text)


def join_if_short(match):
    line = f"{match.group(1)} {match.group(2)}"
    return line if len(line) <= 80 else match.group()


def fence(text, language=""):
    return f"```{language}\n{text}\n```\n\n"


def prose(lines):
    """Markdown of a comment, in which what is indented is not prose."""
    blocks = []
    for line in lines:
        is_code = line.startswith("  ")
        if blocks and (is_code == blocks[-1][0] or not line):
            blocks[-1][1].append(line)
        else:
            blocks.append((is_code, [line]))
    return "".join(block_text(*block) for block in blocks)


def block_text(is_code, lines):
    text = textwrap.dedent("\n".join(lines)).strip("\n")
    if not text:
        return ""
    if is_code:
        return fence(text, "cpp" if ";" in text else "")
    parts = re.split(r"(`[^`]*`)", text)
    parts[::2] = (part.replace("<", "&lt;") for part in parts[::2])
    return "".join(parts) + "\n\n"


def get_anchor(title):
    return re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-")


def make_reference(root, headers):
    """Contents, then all entries. `headers` are pairs of a path below
    include/emb and the names of sections, or None for all."""
    contents, text, seen = "", "", {}
    for path, sections in headers:
        for entry in read_header(os.path.join(root, "include", "emb", path), sections):
            if entry.level:
                # As GitHub tells equal headings apart.
                anchor = get_anchor(entry.title)
                count = seen[anchor] = seen.get(anchor, -1) + 1
                anchor += f"-{count}" if count else ""
                indent = "  " * (entry.level - 2)
                contents += f"{indent}- [{entry.title}](#{anchor})\n"
                text += f"{'#' * entry.level} {entry.title}\n\n"
            if entry.level == 2:
                text += f"`#include \"emb/{path}\"`\n\n"
            text += entry.text
    return contents + "\n" + text.rstrip() + "\n"
