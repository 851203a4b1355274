# lit's configuration: every .rule and .test file in this folder is a test, its RUN lines the commands.
# `remit` and FileCheck, `not`, `split-file` are on the path; %s is the file, %t a name of its own to write to.

import os

import lit.formats

config.name = "remit"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".rule", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = lit_config.params["exec_root"]

program = os.path.dirname(lit_config.params["remit"])
tools = "/usr/lib/llvm-19/bin"
config.environment["PATH"] = os.pathsep.join([program, tools, config.environment["PATH"]])
config.environment["NO_COLOR"] = "1"
