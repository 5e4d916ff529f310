# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Configuration of the GoogleTest programs: each case counts as a test.

import os

import lit.formats

lit_config.load_config(config, os.path.join(config.emb_source_dir, "test", "lit.cfg.py"))

config.name = "emb-unit"
config.test_format = lit.formats.GoogleTest(".", "Tests")
config.suffixes = []
config.test_exec_root = os.path.join(config.emb_binary_dir, "test", "Unit")
config.test_source_root = config.test_exec_root
