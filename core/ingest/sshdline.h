// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/syslogclock.h"

#include <string_view>

namespace bartizan {

/// What stands before the message on a line of syslog. Views point into the line.
struct SshdLine {
    enum class Kind {
        Sshd,       ///< Written by sshd.
        Other,      ///< Written by something else.
        Unreadable  ///< Does not begin like a line of a log.
    };
    Kind kind = Kind::Unreadable;
    SyslogStamp stamp;
    std::string_view host;
    std::string_view pid;
    std::string_view message;
};

/// Splits "STAMP [HOST] sshd[PID]: MESSAGE" and its historic variants ("[sshd] MESSAGE", "sshd-session[PID]:"). Pure.
SshdLine splitSshdLine(std::string_view line) noexcept;

/// Whether a program of this name is part of sshd.
bool isSshdProgram(std::string_view name) noexcept;

} // namespace bartizan
