"""The service of examples/embedding, run from outside: it reloads, halts, reserves, asks people, logs and narrows."""

import shutil

from outside import HERE, PREFIX, WORK, Failed, run

SERVICE = HERE.parents[1] / "examples/embedding/service.cpp"
COMMANDS = """tools agent-1
refund c1 agent-1 20
refund c1 agent-1 20
refund c2 agent-1 55
agree c2 kim
load FOLDER/v2.remit
load FOLDER/v1.remit
load FOLDER/unsigned.remit
refund c3 agent-1 20
refund c4 agent-1 10
halt
refund c5 agent-1 1
resume
refund c6 agent-1 1
refund c7 agent-1 4000
refuse c7 kim
"""
ANSWERS = """desk.read_ticket: offer
desk.wipe: never
pay.refund: offer
c1: runs {"tool":"pay.refund","args":{"order":"o-c1","amount":2000}}
c1: was executed before
c2: asks lead: A refund of USD 55.00
c2: runs {"tool":"pay.refund","args":{"order":"o-c2","amount":5500}}
load: accepted
load: reload.old_version
load: reload.not_trusted
c3: runs {"tool":"pay.refund","args":{"order":"o-c3","amount":2000}}
c4: no: desk.refunds.daily
c5: no: engine.halted
c6: runs {"tool":"pay.refund","args":{"order":"o-c6","amount":100}}
c7: no: desk.refunds.daily
c7: no: desk.refunds.daily
"""


def serves(program):
    folder = WORK / "service"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE / "service", folder)
    run("openssl", "genpkey", "-algorithm", "ed25519", "-outform", "DER", "-out", folder / "key.der")
    run("openssl", "pkey", "-inform", "DER", "-in", folder / "key.der", "-pubout", "-outform", "DER", "-out",
        folder / "public.der")
    public = (folder / "public.der").read_bytes()[-32:]
    (folder / "public").write_bytes(public)
    (folder / "secret").write_bytes((folder / "key.der").read_bytes()[-32:] + public)
    remit = PREFIX / "bin/remit"
    run(remit, "build", folder, "-o", folder / "v1.remit", "--sign", folder / "secret")
    for name, old, new in (("refunds.rule", "USD 50", "USD 60"), ("remit.toml", "version = 1", "version = 2")):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    run(remit, "build", folder, "-o", folder / "v2.remit", "--sign", folder / "secret")
    run(remit, "build", folder, "-o", folder / "unsigned.remit")
    log = folder / "log.jsonl"
    answers = run(program, folder / "public", folder / "v1.remit", log,
                  given=COMMANDS.replace("FOLDER", str(folder)))
    if answers != ANSWERS:
        raise Failed(f"{program} answers\n{answers}")
    if "chain: sound, 9 lines" not in run(remit, "replay", "--verify-chain", log):
        raise Failed("the log of the service is not a sound chain")
