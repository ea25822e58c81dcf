#include "agent.h"

#include <linux/capability.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void drop_network_administration(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];
    prctl(PR_CAPBSET_DROP, CAP_NET_ADMIN);
    if (syscall(SYS_capget, &header, sets)) _exit(127);
    unsigned keep = ~(1u << CAP_NET_ADMIN);
    sets[0].effective &= keep, sets[0].permitted &= keep, sets[0].inheritable &= keep;
    if (syscall(SYS_capset, &header, sets)) _exit(127);
}

void loopback_up(void) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strcpy(request.ifr_name, "lo");
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (any >= 0) {
        if (!ioctl(any, SIOCGIFFLAGS, &request) && !(request.ifr_flags & IFF_UP)) {
            request.ifr_flags |= IFF_UP;
            ioctl(any, SIOCSIFFLAGS, &request);   /* an engine that does not allow it leaves the sandbox without a loopback */
        }
        close(any);
    }
    drop_network_administration();
}
