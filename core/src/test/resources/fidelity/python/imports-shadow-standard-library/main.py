# Files beside main come before the standard library, whatever the starter itself has imported.
import base64
import json
import signal
import socket
import struct

print(json.origin, base64.origin, socket.origin, struct.origin, signal.origin, sep="\n")
