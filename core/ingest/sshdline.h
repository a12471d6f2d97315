// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace bartizan {

/// What stands between the stamp and the message on a line of syslog. Views point into the line.
struct SshdLine {
    bool isSshd = false; ///< Else something else wrote it, and the rest is empty.
    std::string_view host;
    std::string_view pid;
    std::string_view message;
};

/// Splits "[HOST] sshd[PID]: MESSAGE", what follows a stamp, and its historic variants ("[sshd] MESSAGE",
/// "sshd-session[PID]:"). Pure.
SshdLine splitSshdLine(std::string_view line) noexcept;

/// Whether a program of this name is part of sshd.
bool isSshdProgram(std::string_view name) noexcept;

} // namespace bartizan
