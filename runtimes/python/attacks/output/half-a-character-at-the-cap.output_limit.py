# Has the cap fall into the middle of a character.
# limits: output=10k
import os

os.write(1, '€'.encode() * 10_000)
