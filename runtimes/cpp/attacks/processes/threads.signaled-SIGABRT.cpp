// Threads, until there are no more: nobody catches the exception.
// under runsc: out_of_memory, because gVisor bounds no threads
#include <chrono>
#include <thread>

int main() {
    for (;;) std::thread([] { std::this_thread::sleep_for(std::chrono::hours(1)); }).detach();
}
