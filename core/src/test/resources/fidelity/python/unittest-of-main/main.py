# The runner's own report tells the time taken, so it goes to a buffer.
import io
import unittest


class SumTest(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(1 + 1, 2)

    def test_wrong(self):
        self.assertEqual(1 + 1, 3)


runner = unittest.TextTestRunner(stream=io.StringIO())
result = unittest.main(exit=False, testRunner=runner).result
print(result.testsRun, [(str(test), text) for test, text in result.failures])
