from helper import great
