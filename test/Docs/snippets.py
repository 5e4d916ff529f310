# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds documents to what the tools do.

  snippets.py contained DOCUMENT TEST...
      Every ```mlir block of DOCUMENT (Markdown or TableGen) must occur in one of
      the tests, which run: the same lines, in a row, indented in any way.

  snippets.py code DOCUMENT SOURCE...
      The same of every ```cpp block without a file name and C++ sources.

  snippets.py printed DOCUMENT OUTPUT
      Every ```text block without a file name must occur in OUTPUT, what programs
      have printed; "..." as below.

  snippets.py inline DOCUMENT TEST...
      Every code span with a % in a table of DOCUMENT is a part of a program and
      must occur in one of the tests, spaces and line breaks being equal.

  snippets.py names DOCUMENT SOURCE...
      Every code span in the last column of a table of DOCUMENT must occur in one
      of the sources, whatever the spaces; "..." is any text.

  snippets.py messages DOCUMENT TEST...
      The same of every code span with a space, except that "..." is any text of
      a line.

  snippets.py extract DOCUMENT NAME
      Prints the block that begins with ```LANGUAGE NAME.

  snippets.py links DOCUMENT...
      Every relative link must lead to a file, every anchor to a heading.

  snippets.py run DOCUMENT FOLDER [FILE...]
      Follows DOCUMENT in FOLDER, made anew with copies of the files: a block that begins with
      ```LANGUAGE FILE.EXT is that file, a ```sh block is run by bash, which must
      succeed (or fail, if it begins with ```sh fails), and a ```text block is
      what the commands before it print, where a line "..." stands for any number
      of lines and "..." in a line for any text.
"""

import os
import re
import shutil
import subprocess
import sys


class Block:
    def __init__(self, line, info, text):
        self.line = line
        self.language, _, self.name = info.partition(" ")
        self.text = text


def read_blocks(path):
    """The fenced blocks of a file, without their common indentation."""
    blocks, fence = [], None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            match = re.match(r"\s*```(.*)$", line)
            if not match:
                if fence:
                    fence[2].append(line.rstrip())
            elif fence:
                indent = min(
                    (len(l) - len(l.lstrip()) for l in fence[2] if l), default=0
                )
                text = "".join(l[indent:] + "\n" for l in fence[2])
                blocks.append(Block(fence[0], fence[1], text))
                fence = None
            else:
                fence = (number, match.group(1).strip(), [])
    return blocks


def squeeze(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def occurs(lines, text):
    return any(
        text[i : i + len(lines)] == lines for i in range(len(text) - len(lines) + 1)
    )


def contained(document, *tests):
    check_blocks("mlir", document, tests)


def code(document, *sources):
    check_blocks("cpp", document, sources)


def check_blocks(language, document, tests):
    texts = []
    for test in tests:
        with open(test, encoding="utf-8") as file:
            texts.append(squeeze(file.read()))
    blocks = [
        block
        for block in read_blocks(document)
        if block.language == language and "." not in block.name
    ]
    missing = [
        block
        for block in blocks
        if not any(occurs(squeeze(block.text), text) for text in texts)
    ]
    for block in missing:
        print(f"{document}:{block.line}: error: nothing has this example:")
        print(block.text)
    if missing or not blocks:
        sys.exit(f"{len(missing)} of {len(blocks)} examples are not tested")


def check_spans(document, tests, is_checked, occurs_in, get_part=lambda line: line):
    texts = []
    for test in tests:
        with open(test, encoding="utf-8") as file:
            texts.append(file.read())
    total = missing = 0
    with open(document, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            is_row = line.startswith("|")
            spans = re.findall(r"`([^`]*)`", get_part(line)) if is_row else []
            for span in filter(is_checked, spans):
                total += 1
                if not any(occurs_in(span, text) for text in texts):
                    print(f"{document}:{number}: error: no test has '{span}'")
                    missing += 1
    if missing or not total:
        sys.exit(f"{missing} of {total} code spans are not tested")


def inline(document, *tests):
    check_spans(
        document,
        tests,
        lambda span: "%" in span,
        lambda span, text: span in " ".join(text.split()),
    )


def names(document, *sources):
    def remove_spaces(text):
        return "".join(text.split())

    check_spans(
        document,
        sources,
        lambda span: True,
        lambda span, text: re.search(
            line_pattern(remove_spaces(span)), remove_spaces(text)
        ),
        lambda line: line.strip().strip("|").split(" | ")[-1],
    )


def messages(document, *tests):
    check_spans(
        document,
        tests,
        lambda span: " " in span,
        lambda span, text: re.search(line_pattern(span), text),
    )


def extract(document, name):
    for block in read_blocks(document):
        if block.name == name:
            sys.stdout.write(block.text)
            return
    sys.exit(f"{document}: no block of the name '{name}'")


def read_anchors(path):
    """Of the headings of a Markdown file, as GitHub makes them."""
    with open(path, encoding="utf-8") as file:
        headings = re.findall(r"^#+ (.*)$", file.read(), flags=re.M)
    return {
        re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


def links(*documents):
    broken = 0
    for document in documents:
        with open(document, encoding="utf-8") as file:
            text = re.sub(r"```.*?```", "", file.read(), flags=re.S)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            if "://" in link:
                continue
            target, _, anchor = link.partition("#")
            path = os.path.join(os.path.dirname(document), target)
            path = path if target else document
            if not os.path.exists(path) or (anchor and anchor not in read_anchors(path)):
                print(f"{document}: error: the link {link} leads nowhere")
                broken += 1
    if broken:
        sys.exit(1)


def line_pattern(line):
    return ".*".join(re.escape(part) for part in line.strip().split("..."))


def matches(pattern, lines):
    """Whether the lines are those of the pattern, in which "..." is any number."""
    text = "".join(line.strip() + "\n" for line in lines)
    regex = "".join(
        r"(?:.*\n)*" if line.strip() == "..." else line_pattern(line) + r"\n"
        for line in pattern
    )
    return re.fullmatch(regex, text) is not None


def printed(document, output):
    with open(output, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for block in read_blocks(document):
        if block.language != "text" or "." in block.name:
            continue
        if not matches(["...", *block.text.splitlines(), "..."], lines):
            sys.exit(f"{document}:{block.line}: error: not printed:\n{block.text}")


def run(document, folder, *files):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for file in files:
        shutil.copy(file, folder)
    output = ""
    for block in read_blocks(document):
        where = f"{document}:{block.line}"
        if block.language == "sh":
            process = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block.text],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            output = process.stdout
            if (process.returncode != 0) != (block.name == "fails"):
                sys.exit(
                    f"{where}: error: exit code {process.returncode} of\n"
                    f"{block.text}{output}"
                )
        elif "." in block.name:
            with open(os.path.join(folder, block.name), "w", encoding="utf-8") as file:
                file.write(block.text)
        elif block.language == "text":
            if not matches(block.text.splitlines(), output.splitlines()):
                sys.exit(f"{where}: error: expected\n{block.text}\nfound\n{output}")


if __name__ == "__main__":
    commands = {
        f.__name__: f
        for f in (code, contained, extract, inline, links, messages, names, printed, run)
    }
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
