import logging

print(logging.root.handlers, logging.root.level, logging.lastResort.level)
logging.warning("to stderr by default")
logging.info("not shown")
log = logging.getLogger("shop")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed")
