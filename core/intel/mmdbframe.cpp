// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/intel/mmdbframe.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bartizan {

namespace {

// The description stands within this much of the end of the file, as the format has it.
constexpr qint64 kLongestDescription = 128 * 1024;
constexpr QByteArrayView kMarker("\xab\xcd\xefMaxMind.com");
constexpr std::uint64_t kSeparator = 16; // Zero bytes between tree and data.
constexpr int kDeepest = 16;

enum Type : unsigned { Extended = 0, Pointer = 1, Text = 2, Map = 7, Array = 11, Boolean = 14 };

/// Walks the values of a description.
class Description {
public:
    explicit Description(std::string_view bytes) : m_rest(bytes) {}

    struct Sizes {
        std::optional<std::uint64_t> nodes;
        std::optional<std::uint64_t> recordBits;
    };

    std::optional<Sizes> read()
    {
        const auto map = takeHead();
        if (!map || map->type != Map)
            return std::nullopt;
        Sizes sizes;
        for (std::uint64_t i = 0; i < map->size; ++i) {
            const auto key = takeText();
            if (!key)
                return std::nullopt;
            auto *const into = *key == "node_count" ? &sizes.nodes : *key == "record_size" ? &sizes.recordBits : nullptr;
            if (!into) {
                if (!skip(0))
                    return std::nullopt;
            } else if (const auto value = takeNumber(); value && !*into) {
                *into = value;
            } else {
                return std::nullopt;
            }
        }
        return sizes;
    }

private:
    struct Head {
        unsigned type;
        std::uint64_t size; ///< Of a pointer: its bytes.
    };

    std::optional<std::string_view> take(std::uint64_t bytes)
    {
        if (bytes > m_rest.size())
            return std::nullopt;
        const std::string_view taken = m_rest.substr(0, bytes);
        m_rest.remove_prefix(bytes);
        return taken;
    }
    std::optional<std::uint64_t> takeBigEndian(std::uint64_t bytes)
    {
        const auto taken = take(bytes);
        if (!taken)
            return std::nullopt;
        std::uint64_t value = 0;
        for (const char c : *taken)
            value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }
    std::optional<Head> takeHead()
    {
        const auto control = takeBigEndian(1);
        if (!control)
            return std::nullopt;
        Head head{static_cast<unsigned>(*control >> 5), *control & 31};
        if (head.type == Pointer)
            return Head{Pointer, (head.size >> 3) + 1};
        if (head.type == Extended) {
            const auto type = takeBigEndian(1);
            if (!type)
                return std::nullopt;
            head.type = static_cast<unsigned>(*type) + 7;
        }
        if (head.size < 29)
            return head;
        static constexpr std::uint64_t kBase[] = {29, 285, 65'821};
        const std::uint64_t longer = head.size - 28;
        const auto more = takeBigEndian(longer);
        if (!more)
            return std::nullopt;
        head.size = kBase[longer - 1] + *more;
        return head;
    }
    std::optional<std::string_view> takeText()
    {
        const auto head = takeHead();
        return head && head->type == Text ? take(head->size) : std::nullopt;
    }
    std::optional<std::uint64_t> takeNumber()
    {
        const auto head = takeHead();
        const bool whole = head && (head->type == 5 || head->type == 6 || head->type == 9);
        return whole && head->size <= 8 ? takeBigEndian(head->size) : std::nullopt;
    }
    bool skip(int depth)
    {
        const auto head = takeHead();
        if (!head || depth > kDeepest)
            return false;
        if (head->type != Map && head->type != Array)
            return head->type == Boolean || take(head->size).has_value();
        for (std::uint64_t i = 0; i < head->size * (head->type == Map ? 2 : 1); ++i) {
            if (!skip(depth + 1))
                return false;
        }
        return true;
    }

    std::string_view m_rest;
};

} // namespace

MmdbFrame mmdbFrameOf(QIODevice &file)
{
    const qint64 size = file.size();
    if (!file.seek(std::max<qint64>(0, size - kLongestDescription)))
        return MmdbFrame::NotMmdb;
    const QByteArray end = file.read(kLongestDescription);
    const qsizetype marker = end.lastIndexOf(kMarker);
    if (marker < 0)
        return MmdbFrame::NotMmdb;
    const qsizetype start = marker + kMarker.size();
    Description description({end.constData() + start, static_cast<std::size_t>(end.size() - start)});
    const auto sizes = description.read();
    if (!sizes || !sizes->nodes || !sizes->recordBits)
        return MmdbFrame::Damaged;
    const std::uint64_t bits = *sizes->recordBits;
    const bool known = bits == 24 || bits == 28 || bits == 32;
    const auto beforeDescription = static_cast<std::uint64_t>(size - end.size() + marker);
    // In 32 bits, so that the product below is exact.
    if (!known || *sizes->nodes == 0 || *sizes->nodes > 0xffff'ffff
        || *sizes->nodes * (bits / 4) + kSeparator > beforeDescription)
        return MmdbFrame::Damaged;
    return MmdbFrame::Sound;
}

} // namespace bartizan
