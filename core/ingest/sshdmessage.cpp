// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/sshdmessage.h"

#include <algorithm>
#include <cstring>

namespace bartizan {
namespace {

constexpr auto kNone = std::string_view::npos;

bool isDigit(char c) noexcept { return c >= '0' && c <= '9'; }

// The length is part of the type, so that the comparison needs no call: this is where a scan spends its time.
template<std::size_t size>
bool takePrefix(std::string_view &text, const char (&prefix)[size]) noexcept
{
    if (text.size() < size - 1 || std::memcmp(text.data(), prefix, size - 1) != 0)
        return false;
    text.remove_prefix(size - 1);
    return true;
}

template<std::size_t size>
bool takeSuffix(std::string_view &text, const char (&suffix)[size]) noexcept
{
    if (text.size() < size - 1 || std::memcmp(text.data() + text.size() - (size - 1), suffix, size - 1) != 0)
        return false;
    text.remove_suffix(size - 1);
    return true;
}

std::string_view trimmedEnd(std::string_view text) noexcept
{
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

/// Takes " port 1234" from the end.
int takePort(std::string_view &text) noexcept
{
    const char *const end = text.data() + text.size();
    const char *digits = end;
    for (const char *const first = end - std::min<std::size_t>(text.size(), 5); digits != first && isDigit(digits[-1]);)
        --digits;
    std::string_view head = text.substr(0, static_cast<std::size_t>(digits - text.data()));
    if (digits == end || !takeSuffix(head, " port "))
        return -1;
    int port = 0;
    for (; digits != end; ++digits)
        port = port * 10 + (*digits - '0');
    if (port > 65535)
        return -1;
    text = head;
    return port;
}

/// Takes "USER from SOURCE[ port N][ ssh2]" where nothing follows it.
bool takeStrictEnd(std::string_view text, SshdMessage &message) noexcept
{
    if (!takeSuffix(text, " ssh2"))
        takeSuffix(text, " ssh1");
    message.port = takePort(text);
    // The source has no blank in it, so the last " from " stands right before it; and "from" may open the text.
    const std::size_t blank = text.rfind(' ');
    if (blank == kNone || blank + 1 == text.size())
        return false;
    message.source = text.substr(blank + 1);
    std::string_view head = text.substr(0, blank);
    if (head == "from") {
        message.user = head.substr(0, 0);
        return true;
    }
    if (!takeSuffix(head, " from"))
        return false;
    message.user = head;
    return true;
}

/// The same where sshd goes on after "ssh2: " with the key that was shown: the last such place that fits.
bool takeEnd(std::string_view text, SshdMessage &message) noexcept
{
    if (takeStrictEnd(text, message))
        return true;
    for (std::size_t at = text.size(); at != kNone && at > 0;) {
        at = text.rfind(": ", at - 1);
        if (at == kNone || at < 5)
            return false;
        const std::string_view head = text.substr(0, at);
        if ((head.ends_with(" ssh2") || head.ends_with(" ssh1")) && takeStrictEnd(head, message))
            return true;
    }
    return false;
}

/// A login name that does not exist is marked by a word before it, or stood for by "<invalid username>".
void readUser(std::string_view user, SshdMessage &message) noexcept
{
    if (takePrefix(user, "invalid user ") || takePrefix(user, "illegal user ")) {
        message.invalidUser = true;
    } else if (user == "invalid user" || user == "illegal user" || user == "<invalid username>") {
        message.invalidUser = true;
        user = {};
    }
    message.user = user.empty() ? std::string_view() : user;
}

/// Behind "Failed " or "Accepted ": "METHOD for USER from …".
SshdMessage parseAttempt(std::string_view text, SshdWording wording) noexcept
{
    SshdMessage message;
    std::string_view method = text.substr(0, 8);
    if (!takePrefix(text, "password for ")) { // Nearly every attempt is one by password.
        const std::size_t blank = text.find(' ');
        if (blank == kNone || blank == 0)
            return {};
        method = text.substr(0, blank);
        text.remove_prefix(blank + 1);
        if (!takePrefix(text, "for "))
            return {};
    }
    if (!takeEnd(text, message)) {
        message = {};
        message.wording = SshdWording::Broken;
        return message;
    }
    message.wording = wording;
    message.method = method;
    readUser(message.user, message);
    return message;
}

SshdMessage parseInvalidUser(std::string_view text) noexcept
{
    SshdMessage message;
    if (!takeStrictEnd(text, message)) {
        // Some releases name no source here.
        message = {};
        message.user = text.empty() ? std::string_view() : text;
    }
    message.wording = SshdWording::InvalidUser;
    message.invalidUser = true;
    message.user = message.user.empty() ? std::string_view() : message.user;
    return message;
}

/// "USER from SOURCE not allowed because …", "USER not allowed because account is locked". What follows "because" is
/// one of sshd's own phrases, so the last occurrence counts.
SshdMessage parseNotAllowed(std::string_view text) noexcept
{
    SshdMessage message;
    const std::size_t at = text.rfind(" not allowed because ");
    if (at == kNone)
        return {};
    const std::string_view reason = text.substr(at + 21);
    const std::string_view head = text.substr(0, at);
    message.wording = SshdWording::NotAllowed;
    const bool namesSource = !reason.starts_with("account is locked") && !reason.starts_with("shell ");
    if (!namesSource || !takeStrictEnd(head, message))
        message.user = head;
    message.port = -1;
    return message;
}

/// "…; logname= uid=0 euid=0 tty=ssh ruser= rhost=SOURCE  user=USER": the module writes the user last.
SshdMessage parsePamFields(std::string_view text, SshdWording wording) noexcept
{
    SshdMessage message;
    message.wording = wording;
    const std::size_t host = text.find(" rhost=");
    if (host == kNone)
        return message;
    text.remove_prefix(host + 7);
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0)
        message.source = text.substr(0, end);
    text.remove_prefix(end);
    const std::size_t user = text.find("user=");
    if (user != kNone && user + 5 < text.size())
        message.user = text.substr(user + 5);
    return message;
}

/// Behind "PAM: ": "Authentication failure for USER from SOURCE[ via SERVER]".
SshdMessage parsePamError(std::string_view text) noexcept
{
    SshdMessage message;
    const std::size_t at = text.find(" for ");
    if (at == kNone)
        return {};
    std::string_view rest = trimmedEnd(text.substr(at + 5));
    const std::size_t via = rest.rfind(" via ");
    if (via != kNone && rest.find(' ', via + 5) == kNone && takeStrictEnd(rest.substr(0, via), message)) {
        message.wording = SshdWording::Pam;
    } else if (takeStrictEnd(rest, message)) {
        message.wording = SshdWording::Pam;
    } else {
        return {};
    }
    readUser(message.user, message);
    return message;
}

/// "pam_unix(sshd:auth): authentication failure; …", "(pam_unix) authentication failure; …", and other modules.
SshdMessage parsePamModule(std::string_view text) noexcept
{
    const std::size_t at = text.find("authentication failure;");
    if (at == kNone || at > 48 || text.find("session") < at)
        return {};
    return parsePamFields(text.substr(at), SshdWording::Pam);
}

SshdMessage parsePam(std::string_view text) noexcept
{
    if (takePrefix(text, "PAM: "))
        return parsePamError(text);
    std::string_view rest = text.substr(4);
    std::size_t digits = 0;
    while (digits < rest.size() && isDigit(rest[digits]))
        ++digits;
    rest.remove_prefix(digits);
    if (digits == 0 || !(takePrefix(rest, " more authentication failures;") || takePrefix(rest, " more authentication failure;")))
        return {};
    return parsePamFields(rest, SshdWording::PamMore);
}

/// "USER SOURCE port N" as newer releases write it before the reason.
void readWho(std::string_view text, SshdMessage &message) noexcept
{
    if (!takePrefix(text, "authenticating user ") && takePrefix(text, "invalid user "))
        message.invalidUser = true;
    message.port = takePort(text);
    const std::size_t blank = text.rfind(' ');
    message.source = blank == kNone ? text : text.substr(blank + 1);
    if (blank != kNone && blank > 0)
        message.user = text.substr(0, blank);
}

/// Behind "Disconnecting".
SshdMessage parseDisconnecting(std::string_view text) noexcept
{
    constexpr std::string_view phrase = ": Too many authentication failures";
    SshdMessage message;
    const std::size_t at = text.rfind(phrase);
    if (at == kNone)
        return {};
    message.wording = SshdWording::TooMany;
    std::string_view head = text.substr(0, at);
    std::string_view tail = text.substr(at + phrase.size());
    if (takePrefix(head, " "))
        readWho(head, message);
    else if (takePrefix(tail, " for "))
        readUser(tail, message);
    // Without a word of whom, it only says what the lines before it said.
    if (message.user.empty() && message.source.empty())
        return {};
    return message;
}

/// Behind "Received disconnect from ": "SOURCE: 3: reason", "SOURCE port 22:3: reason". An IPv6 source has colons
/// without a blank after them.
SshdMessage parseReceivedDisconnect(std::string_view text) noexcept
{
    SshdMessage message;
    const std::size_t blank = std::min(text.find(' '), text.size());
    message.wording = text.ends_with(": Auth fail") ? SshdWording::AuthFail : SshdWording::Left;
    message.source = text.substr(0, blank);
    if (message.source.ends_with(':'))
        message.source.remove_suffix(1);
    std::string_view rest = text.substr(blank);
    if (takePrefix(rest, " port ")) {
        const std::size_t colon = std::min(rest.find(':'), rest.size());
        std::string_view digits = text.substr(blank, 6 + colon);
        message.port = takePort(digits);
    }
    return message;
}

/// Behind "Connection closed by " and its like.
SshdMessage parseLeft(std::string_view text) noexcept
{
    SshdMessage message;
    readWho(text, message);
    message.wording = SshdWording::Left;
    return message;
}

/// Behind "refused connect from ": "NAME (ADDRESS)", "USER@ADDRESS (ADDRESS)", "ADDRESS".
SshdMessage parseConnectRefused(std::string_view text) noexcept
{
    SshdMessage message;
    message.wording = SshdWording::ConnectRefused;
    const std::size_t blank = text.rfind(' ');
    std::string_view source = blank == kNone ? text : text.substr(blank + 1);
    if (takePrefix(source, "("))
        takeSuffix(source, ")");
    message.source = source;
    return message;
}

SshdMessage parseRootRefused(std::string_view text) noexcept
{
    SshdMessage message;
    message.wording = SshdWording::RootRefused;
    message.user = "root";
    message.port = takePort(text);
    message.source = text;
    return message;
}

/// The ways in which a connection ends.
SshdMessage parseEnding(std::string_view text) noexcept
{
    if (takePrefix(text, "Disconnecting"))
        return parseDisconnecting(text);
    if (takePrefix(text, "Received disconnect from "))
        return parseReceivedDisconnect(text);
    if (takePrefix(text, "Connection closed by ") || takePrefix(text, "Connection reset by ")
        || takePrefix(text, "Disconnected from "))
        return parseLeft(text);
    return {};
}

SshdMessage parsePlain(std::string_view text) noexcept
{
    takePrefix(text, "error: ");
    text = trimmedEnd(text);
    if (takeSuffix(text, " [preauth]"))
        text = trimmedEnd(text);
    if (text.size() < 8)
        return {};
    switch (text[0]) {
    case 'F':
        return takePrefix(text, "Failed ") ? parseAttempt(text, SshdWording::Failed) : SshdMessage{};
    case 'A':
        return takePrefix(text, "Accepted ") ? parseAttempt(text, SshdWording::Accepted) : SshdMessage{};
    case 'I':
        return takePrefix(text, "Invalid user ") || takePrefix(text, "Illegal user ") ? parseInvalidUser(text)
                                                                                     : SshdMessage{};
    case 'U':
        return takePrefix(text, "User ") ? parseNotAllowed(text) : SshdMessage{};
    case 'P':
        return text.starts_with("PAM") ? parsePam(text) : SshdMessage{};
    case 'p':
    case '(':
        return text.starts_with("pam_") || text.starts_with("(pam_") ? parsePamModule(text) : SshdMessage{};
    case 'a':
        return parsePamModule(text);
    case 'r':
        return takePrefix(text, "refused connect from ") ? parseConnectRefused(text) : SshdMessage{};
    case 'R':
        return takePrefix(text, "ROOT LOGIN REFUSED FROM ") ? parseRootRefused(text) : parseEnding(text);
    case 'C':
    case 'D':
        return parseEnding(text);
    default:
        return {};
    }
}

} // namespace

SshdMessage parseSshdMessage(std::string_view message) noexcept
{
    if (message.starts_with("[ID ")) {
        const std::size_t end = message.find("] ");
        if (end != kNone)
            message.remove_prefix(end + 2);
    }
    if (!takePrefix(message, "message repeated "))
        return parsePlain(message);
    std::uint64_t count = 0;
    std::size_t digits = 0;
    for (; digits < message.size() && digits < 10 && isDigit(message[digits]); ++digits)
        count = count * 10 + static_cast<std::uint64_t>(message[digits] - '0');
    message.remove_prefix(digits);
    message = trimmedEnd(message);
    if (digits == 0 || !takePrefix(message, " times: [ ") || !takeSuffix(message, "]"))
        return {};
    SshdMessage repeated = parsePlain(message);
    repeated.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(count, kMaxRepetitions + 1));
    return repeated;
}

} // namespace bartizan
