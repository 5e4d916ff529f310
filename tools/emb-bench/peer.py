# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The cases of emb-bench in PyTorch and FBGEMM: a process that compare.py asks.

    python peer.py FOLDER [--eager]

FOLDER holds what `emb-bench --write-inputs` wrote. The first line that comes
back says which libraries there are. Then requests are lines of JSON: load a
case, time it, unload it; answers are lines of JSON too.
"""

import ast
import json
import os
import shutil
import statistics
import struct
import sys
import time
import warnings

LEARNING_RATE = 0.01
MAX_NORM = 0.5


def read_npy(torch, path):
    """A one-dimensional array of i4 or i8."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<H", data[8:10])
    header = ast.literal_eval(data[10 : 10 + length].decode())
    dtype = {"<i4": torch.int32, "<i8": torch.int64}[header["descr"]]
    if header["shape"] == (0,):
        return torch.empty(0, dtype=dtype)
    return torch.frombuffer(bytearray(data[10 + length :]), dtype=dtype)


class Work:
    """A case with its tensors. `ways` gives, for each peer, the ways to do it:
    functions that are called once per run; `before` is not timed."""

    def __init__(self, torch, state, case):
        self.torch, self.case = torch, case
        self.fbgemm, self.compile = state["fbgemm"], state["compile"]
        self.dtype = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}[
            case["table"]
        ]
        stem = os.path.join(state["folder"], case["name"])
        self.indices = read_npy(torch, stem + ".indices.npy")
        self.ragged = os.path.exists(stem + ".offsets.npy")
        bags = case["bags"]
        if self.ragged:
            self.bounds = read_npy(torch, stem + ".offsets.npy")
        else:
            step = max(len(self.indices) // bags, 1)
            count = bags + 1 if len(self.indices) else 1
            self.bounds = torch.arange(0, count, dtype=self.indices.dtype) * step
        generator = torch.Generator().manual_seed(0)
        rows, columns = case["rows"], case["columns"]
        self.weight = torch.empty(rows, columns, dtype=self.dtype)
        self.weight.uniform_(-1, 1, generator=generator)
        self.gradient = torch.rand(bags, columns, generator=generator)
        self.touched = self.indices.unique().long()
        self.initial = self.weight[self.touched].clone()
        self.sweep = None
        if case["cache"] == "flushed":
            self.sweep = torch.zeros(state["sweep_bytes"] // 4)

    def before(self):
        if self.case["what"] == "renorm":
            self.weight.index_copy_(0, self.touched, self.initial)
        if self.sweep is not None:
            self.sweep.add_(1)

    def get_ways(self, complain):
        self.complain = complain
        ways = getattr(self, "get_" + self.case["what"] + "_ways")()
        if not self.compile:
            ways = {k: v for k, v in ways.items() if not k[1].startswith("compiled")}
        return ways

    def get_gather_ways(self):
        torch, indices, weight = self.torch, self.indices, self.weight
        out = torch.empty(len(indices), weight.shape[1], dtype=weight.dtype)
        embed = torch.nn.functional.embedding
        ways = {
            ("torch", "index_select into a given output"): lambda: torch.index_select(
                weight, 0, indices, out=out
            ),
            ("torch", "embedding"): lambda: embed(indices, weight),
        }
        if self.compile:
            into = torch.compile(lambda i, w, o: o.copy_(w[i]))
            ways["torch", "compiled"] = lambda: into(indices, weight, out)
        return ways

    def get_bag_ways(self):
        torch, indices, weight = self.torch, self.indices, self.weight
        mode, bag = self.case["mode"], torch.nn.functional.embedding_bag
        offsets = self.bounds[:-1]

        def eager():
            with torch.no_grad():
                return bag(indices, weight, offsets, mode=mode)

        ways = {("torch", "embedding_bag"): eager}
        if self.compile:
            compiled = torch.compile(lambda i, w, o: bag(i, w, o, mode=mode))
            ways["torch", "compiled embedding_bag"] = lambda: compiled(indices, weight, offsets)
        if self.compile and not self.ragged and mode != "max":
            shape = (self.case["bags"], -1)
            reduce = torch.sum if mode == "sum" else torch.mean
            rows = torch.compile(lambda i, w: reduce(w[i.view(shape)], 1))
            ways["torch", "compiled lookup and sum"] = lambda: rows(indices, weight)
        table = self.try_fbgemm("EXACT_SGD", mode) if mode != "max" else None
        if table:
            ids, bounds = self.indices.long(), self.bounds.long()

            def forward():
                with torch.no_grad():
                    return table(ids, bounds)

            ways["fbgemm", "table batched embedding"] = forward
        return ways

    def get_renorm_ways(self):
        torch, indices, weight = self.torch, self.indices, self.weight

        def renorm():
            torch.embedding_renorm_(weight, indices, MAX_NORM, 2.0)

        return {("torch", "embedding_renorm_"): renorm}

    def get_group_ways(self):
        torch, indices = self.torch, self.indices

        def group():
            values, positions = torch.sort(indices, stable=True)
            return torch.unique_consecutive(values, return_counts=True), positions

        return {("torch", "sort and unique_consecutive"): group}

    def get_step_ways(self):
        torch, indices, gradient = self.torch, self.indices, self.gradient
        rule, offsets = self.case["optimizer"], self.bounds[:-1]
        ways = {}
        make = {
            "sgd": lambda p: torch.optim.SGD(p, lr=LEARNING_RATE),
            "adagrad": lambda p: torch.optim.Adagrad(p, lr=LEARNING_RATE),
            "sparse_adam": lambda p: torch.optim.SparseAdam(p, lr=LEARNING_RATE),
        }.get(rule)
        if make:
            table = torch.nn.EmbeddingBag(
                *self.weight.shape, mode="sum", sparse=True, _weight=self.weight
            )
            optimizer = make(list(table.parameters()))

            def step():
                optimizer.zero_grad(set_to_none=True)
                table(indices, offsets).backward(gradient)
                optimizer.step()

            ways["torch", "sparse gradient"] = step
        if rule == "sgd":
            dense = torch.nn.EmbeddingBag(*self.weight.shape, mode="sum", _weight=self.weight)
            descent = torch.optim.SGD(dense.parameters(), lr=LEARNING_RATE)

            def dense_step():
                descent.zero_grad(set_to_none=True)
                dense(indices, offsets).backward(gradient)
                descent.step()

            ways["torch dense gradient", "dense gradient"] = dense_step
        if rule == "sgd" and self.compile and not self.ragged:
            weight, bags = self.weight, self.case["bags"]

            def functional(i, w, g):
                out = w[i.view(bags, -1)].sum(1)
                each = (-LEARNING_RATE * g).repeat_interleave(i.numel() // bags, 0)
                w.index_add_(0, i, each)
                return out

            fused = torch.compile(functional)
            ways["torch", "compiled index_add"] = lambda: fused(indices, weight, gradient)
        kinds = {
            "sgd": "EXACT_SGD",
            "adagrad": "EXACT_ADAGRAD",
            "rowwise_adagrad": "EXACT_ROWWISE_ADAGRAD",
        }
        batched = self.try_fbgemm(kinds[rule], "sum") if rule in kinds else None
        if batched:
            ids, bounds = indices.long(), self.bounds.long()

            def batched_step():
                batched(ids, bounds).backward(gradient)

            ways["fbgemm", "table batched embedding"] = batched_step
        return ways

    def make_fbgemm(self, optimizer, mode):
        ops = __import__(
            "fbgemm_gpu.split_table_batched_embeddings_ops_training", fromlist=["x"]
        )
        common = __import__(
            "fbgemm_gpu.split_table_batched_embeddings_ops_common", fromlist=["x"]
        )
        config = __import__("fbgemm_gpu.split_embedding_configs", fromlist=["x"])
        kinds = {"float32": "FP32", "float16": "FP16", "bfloat16": "BF16"}
        precision = config.SparseType[kinds[str(self.dtype).split(".")[1]]]
        table = ops.SplitTableBatchedEmbeddingBagsCodegen(
            [(*self.weight.shape, common.EmbeddingLocation.HOST, ops.ComputeDevice.CPU)],
            optimizer=getattr(config.EmbOptimType, optimizer),
            learning_rate=LEARNING_RATE,
            weights_precision=precision,
            output_dtype=precision,
            pooling_mode=getattr(common.PoolingMode, mode.upper()),
            stochastic_rounding=False,
        )
        table.init_embedding_weights_uniform(-1.0, 1.0)
        return table

    def try_fbgemm(self, optimizer, mode):
        """None, with a word about it, where this version has no such table."""
        if not self.fbgemm or self.weight.shape[1] % 4:
            return None
        try:
            return self.make_fbgemm(optimizer, mode)
        except Exception as error:
            self.complain(f"fbgemm: {optimizer}, {mode}", error)
            return None


def time_way(work, run, seconds, smoke):
    """Median milliseconds of at least 5 runs, or of one."""
    for _ in range(0 if smoke else 2):
        work.before()
        run()
    times, total = [], 0.0
    while len(times) < (1 if smoke else 5) or (total < seconds and not smoke):
        work.before()
        begin = time.perf_counter()
        run()
        times.append((time.perf_counter() - begin) * 1e3)
        total += times[-1] * 1e-3
    return statistics.median(times)


def complain(state, what, error):
    """Once for each way to do a case."""
    text = f"{what}: {type(error).__name__}: {str(error).strip()[:200]}"
    if text not in state["complaints"]:
        state["complaints"].add(text)
        print(text, file=sys.stderr, flush=True)


def answer(torch, state, request):
    if "load" in request:
        case = state["cases"][request["load"]]
        state["work"] = Work(torch, state, case)
        state["ways"] = state["work"].get_ways(lambda *what: complain(state, *what))
        return {}
    if "unload" in request:
        state["work"] = state["ways"] = None
        if hasattr(torch, "_dynamo"):
            torch._dynamo.reset()
        return {}
    times = {}
    for threads in request["threads"]:
        torch.set_num_threads(threads)
        for (peer, way), run in state["ways"].items():
            try:
                ms = time_way(state["work"], run, request["seconds"], request["smoke"])
            except Exception as error:  # a way that this version does not have
                complain(state, f"{peer} {state['version'][peer.split()[0]]}: {way}", error)
                continue
            name = f"{peer} {state['version'][peer.split()[0]]}"
            times.setdefault(name, {})[f"{way}, {threads} threads"] = ms
    return times


def main():
    # Libraries may print; answers must not be mixed with that.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def reply(value):
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    warnings.simplefilter("ignore")
    try:
        import torch
    except Exception as error:
        return reply({"error": f"torch: {str(error)[:200]}"})
    versions = {"torch": torch.__version__}
    try:
        import fbgemm_gpu

        versions["fbgemm"] = getattr(fbgemm_gpu, "__version__", "?")
    except Exception:
        pass
    compiler = shutil.which("g++") or shutil.which("clang++")
    compile = hasattr(torch, "compile") and bool(compiler) and "--eager" not in sys.argv
    folder = sys.argv[1]
    with open(os.path.join(folder, "cases.json")) as file:
        inputs = json.load(file)
    cases = {case["name"]: case for case in inputs["cases"]}
    text = ", ".join(f"{name} {version}" for name, version in versions.items())
    reply({"text": text + (", torch.compile" if compile else ", eager only"), "versions": versions})
    state = {
        "version": versions,
        "fbgemm": "fbgemm" in versions,
        "compile": compile,
        "folder": folder,
        "cases": cases,
        "sweep_bytes": inputs["sweep_bytes"],
        "complaints": set(),
    }
    for line in sys.stdin:
        reply(answer(torch, state, json.loads(line)))


if __name__ == "__main__":
    main()
