// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Running another program. The child is waited for through a pidfd, so that
 * neither its output nor its end can hold us longer than the timeout: a child
 * that left a grandchild holding the pipe does not either.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/run.h"

/* The real clock, even where a test has replaced clock_ms(): children are real. */
static int64_t real_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void child(const char *const argv[], int out)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	if (out >= 0)
		dup2(out, STDOUT_FILENO);
	else if (null >= 0)
		dup2(null, STDOUT_FILENO);
	execvp(argv[0], (char *const *)argv);
	_exit(errno == ENOENT ? 127 : 126);
}

/* What doesn't fit is read and dropped, so that the child can go on. */
static int drain(int fd, char *out, size_t size, size_t *used)
{
	char spare[256];
	bool full = *used + 1 >= size;
	ssize_t n;

	n = full ? read(fd, spare, sizeof(spare)) : read(fd, out + *used, size - 1 - *used);
	if (n <= 0)
		return n < 0 && errno == EINTR ? 1 : 0;
	if (!full)
		*used += n;
	return 1;
}

int run_command(const char *const argv[], int timeout_ms, char *out, size_t size)
{
	int64_t end = real_ms() + timeout_ms;
	struct pollfd fds[2] = { { .fd = -1 }, { .fd = -1, .events = POLLIN } };
	int pipefd[2] = { -1, -1 }, status, ret = 0;
	size_t used = 0;
	pid_t pid;

	if (out && size)
		out[0] = '\0';
	if (out && size && pipe2(pipefd, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		child(argv, pipefd[1]);
	if (pid < 0)
		ret = -errno;
	if (pipefd[1] >= 0)
		close(pipefd[1]);
	if (ret)
		goto out_pipe;

	fds[0].fd = syscall(SYS_pidfd_open, pid, 0);
	fds[0].events = POLLIN;
	fds[1].fd = pipefd[0];
	while (fds[0].fd >= 0) {
		int64_t left = end - real_ms();
		int n = poll(fds, 2, left < 0 ? 0 : (int)left);

		if (n == 0 || (n < 0 && errno != EINTR)) {
			kill(pid, SIGKILL);
			ret = -ETIMEDOUT;
			break;
		}
		if (n < 0)
			continue;
		if (fds[1].revents && !drain(fds[1].fd, out, size, &used))
			fds[1].fd = -1;
		else if (!fds[1].revents && fds[0].revents)
			break;
		else if (fds[1].fd < 0 && fds[0].revents)
			break;
	}
	if (fds[0].fd >= 0)
		close(fds[0].fd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!ret)
		ret = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (ret == 127)
		ret = -ENOENT;
out_pipe:
	if (pipefd[0] >= 0)
		close(pipefd[0]);
	if (out && size)
		out[used] = '\0';
	return ret;
}
