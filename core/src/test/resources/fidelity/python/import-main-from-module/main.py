import helper

secret = "seen"
print(helper.look())
