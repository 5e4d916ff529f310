# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Configuration of the tests that are files with RUN lines.

import os
import shutil
import subprocess

import lit.formats

config.name = "emb"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "consumer"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.emb_binary_dir, "test")

# A test sees the tools just built, LLVM's, the system's, and a home of its own.
private = os.path.join(config.test_exec_root, "home")
os.makedirs(private, mode=0o700, exist_ok=True)
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.emb_binary_dir, "bin"), config.llvm_tools_dir, os.environ["PATH"]]
)
config.environment["HOME"] = private
config.environment["EMB_CACHE_DIR"] = os.path.join(private, "cache")
config.environment["LC_ALL"] = "C"
config.environment["FILECHECK_OPTS"] = "-enable-var-scope"

# Another Python may have more packages: lit -Dpython=/venv/bin/python
config.python = lit_config.params.get("python", config.python)
config.substitutions.append(("%python", config.python))
config.substitutions.append(("%cmake", config.cmake))
config.substitutions.append(("%emb_source", config.emb_source_dir))
config.substitutions.append(("%emb_binary", config.emb_binary_dir))
config.substitutions.append(("%consumer_options", config.consumer_options))

# A Python that has NumPy, for tests of what was made with it or is read by it.
for python in (config.python, "/usr/bin/python3"):
    try:
        found = subprocess.run([python, "-c", "import numpy"], capture_output=True)
    except OSError:
        continue
    if found.returncode == 0:
        config.available_features.add("numpy")
        config.substitutions.append(("%numpy_python", python))
        break

if subprocess.run([config.python, "-c", "import numpy, safetensors"], capture_output=True).returncode == 0:
    config.available_features.add("python-safetensors")

# A debugger, and a profiler that may look at processes of ours.
if shutil.which("gdb"):
    config.available_features.add("gdb")
if shutil.which("perf"):
    found = subprocess.run(["perf", "record", "-q", "-o", "/dev/null", "true"], capture_output=True)
    if found.returncode == 0:
        config.available_features.add("perf")

# No test takes minutes; one that hangs must not hang the rest. lit can see to
# it only where Python has psutil.
if lit_config.maxIndividualTestTimeIsSupported[0] and not lit_config.maxIndividualTestTime:
    lit_config.maxIndividualTestTime = 600

# Processors whose code this machine can run.
try:
    with open("/proc/cpuinfo") as cpuinfo:
        flags = set(next((line for line in cpuinfo if line.startswith("flags")), "").split())
except OSError:
    flags = set()
if {"avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "abm"} <= flags:
    config.available_features.add("x86-64-v3")

if "Address" in config.sanitizers:
    config.available_features.add("asan")
    # libMLIR is not instrumented: it hands out memory of the allocators that
    # our own code poisons, so that poisoning would report valid reads.
    config.environment["ASAN_OPTIONS"] = "allow_user_poisoning=0:detect_leaks=1"
    config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1"
