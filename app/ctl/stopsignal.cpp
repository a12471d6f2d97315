// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/stopsignal.h"

#include <csignal>

namespace bartizan::ctl {
namespace {

// A signal handler reaches nothing but globals.
std::atomic<bool> stopRequested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "the handler must not lock");

extern "C" void onStopSignal(int)
{
    stopRequested.store(true, std::memory_order_relaxed);
}

void handle(void (*handler)(int))
{
    struct sigaction action {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    // No SA_RESTART: a read from a pipe that never ends must be interrupted too.
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

} // namespace

StopSignal::StopSignal()
{
    handle(&onStopSignal);
}

StopSignal::~StopSignal()
{
    handle(SIG_DFL);
}

const std::atomic<bool> &StopSignal::requested()
{
    return stopRequested;
}

} // namespace bartizan::ctl
