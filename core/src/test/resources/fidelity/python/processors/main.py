import concurrent.futures, multiprocessing, os, subprocess, sys
print(os.cpu_count(), os.process_cpu_count(), multiprocessing.cpu_count())
print(concurrent.futures.ThreadPoolExecutor()._max_workers, concurrent.futures.ProcessPoolExecutor()._max_workers)
print(subprocess.run([sys.executable, '-c', 'import os; print(os.cpu_count())'], capture_output=True).stdout)
print(subprocess.run('nproc', capture_output=True).stdout)
print(os.process_cpu_count.__name__)
