// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace bartizan {

/// What a message of sshd says about a log-in. Failed and Accepted are told by sshd for each attempt; what stands
/// between describes an attempt that a Failed line usually tells as well. "maximum authentication attempts exceeded" is
/// none: it sums up a connection whose attempts have lines of their own.
enum class SshdWording : std::uint8_t {
    None,          ///< No attempt to log in.
    Broken,        ///< Begins like an attempt, but ends like none: cut short.
    Failed,
    Accepted,
    InvalidUser,   ///< "Invalid user", "Illegal user".
    NotAllowed,    ///< "User X from Y not allowed because …".
    RootRefused,   ///< "ROOT LOGIN REFUSED FROM".
    Pam,           ///< Any module's word that it refused.
    PamMore,       ///< "PAM 5 more authentication failures".
    TooMany,       ///< "Disconnecting: Too many authentication failures for X".
    AuthFail,      ///< The other side left saying that it could not log in.
    ConnectRefused,///< TCP wrappers turned the address away.
    Left           ///< A connection ended; says where it came from, nothing more.
};

/// What stands in a message. A view whose data() is null is absent; all views point into the message.
struct SshdMessage {
    SshdWording wording = SshdWording::None;
    std::string_view user;
    std::string_view source; ///< Address or host name, as written.
    std::string_view method; ///< "password", "keyboard-interactive/pam", …
    int port = -1;
    bool invalidUser = false;
    std::uint32_t count = 1; ///< More than one for "message repeated N times: [ … ]".
};

/// More repetitions than this in one line are not believed.
inline constexpr std::uint32_t kMaxRepetitions = 100'000;

/// Reads what sshd wrote after its tag. User names come from whoever knocks, and may hold anything, " from 192.0.2.1
/// port 22 ssh2" included: the source is read from the fixed end of the wording. Pure.
SshdMessage parseSshdMessage(std::string_view message) noexcept;

} // namespace bartizan
