print("main has begun")
import helper
