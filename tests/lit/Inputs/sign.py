"""Signs an image as docs/reference/file-format.md says: `sign.py IMAGE KEY.der PUBLIC SIGNED`."""

import hashlib
import struct
import subprocess
import sys

image, key, public, signed = sys.argv[1:]
with open(image, "rb") as file:
    content = file.read()
with open(public, "rb") as file:
    key_id = hashlib.sha256(file.read()).digest()[:8]
body = struct.unpack_from("<Q", content, 8)[0]
hashes = content[body + 8:body + 8 + 64]
with open(signed + ".message", "wb") as file:
    file.write(b"remit/image/2\0" + hashes + key_id)
signature = subprocess.run(
    ["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", key, "-in", signed + ".message"],
    check=True, capture_output=True).stdout
with open(signed, "wb") as file:
    file.write(content + b"REMITSIG" + key_id + signature)
