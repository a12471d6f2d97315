// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/sshdline.h"

#include <algorithm>
#include <cstring>

namespace bartizan {
namespace {

constexpr auto kNone = std::string_view::npos;

std::string_view takeWord(std::string_view &text) noexcept
{
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    return word;
}

/// Reads "sshd[123]:", "sshd:", "[sshd]:", "[sshd]", "sshd(pam_unix)[123]:".
bool readTag(std::string_view tag, SshdLine &line) noexcept
{
    // Nearly every line of an sshd log.
    if (tag.size() > 7 && std::memcmp(tag.data(), "sshd[", 5) == 0 && tag.ends_with("]:")) {
        line.pid = tag.substr(5, tag.size() - 7);
        return true;
    }
    const bool colon = tag.ends_with(':');
    if (colon)
        tag.remove_suffix(1);
    if (tag.starts_with('[') && tag.ends_with(']')) {
        tag = tag.substr(1, tag.size() - 2);
    } else if (!colon) {
        return false;
    } else if (tag.ends_with(']')) {
        const std::size_t open = tag.find('[');
        if (open == kNone)
            return false;
        line.pid = tag.substr(open + 1, tag.size() - open - 2);
        tag = tag.substr(0, open);
    }
    tag = tag.substr(0, tag.find('('));
    const std::size_t slash = tag.rfind('/');
    if (isSshdProgram(slash == kNone ? tag : tag.substr(slash + 1)))
        return true;
    line.pid = {};
    return false;
}

} // namespace

bool isSshdProgram(std::string_view name) noexcept
{
    return name == "sshd" || name == "sshd-session" || name == "sshd-auth";
}

SshdLine splitSshdLine(std::string_view text) noexcept
{
    SshdLine line;
    const std::string_view first = takeWord(text);
    line.isSshd = readTag(first, line);
    // Another program's tag without a host: what follows is its message, whatever that looks like.
    if (!line.isSshd && !first.ends_with(':')) {
        line.isSshd = readTag(takeWord(text), line);
        line.host = first;
    }
    if (!line.isSshd)
        return {};
    line.message = text;
    return line;
}

} // namespace bartizan
