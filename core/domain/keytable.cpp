// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/keytable.h"

#include <absl/hash/hash.h>
#include <absl/strings/string_view.h>

#include <cstring>
#include <random>
#include <utility>

namespace bartizan {
namespace {

constexpr std::size_t kFewestPlaces = 64;

std::uint64_t eightBytes(const char *at) noexcept
{
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/// Both halves of the product, which mixes each bit of one factor with each of the other.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b) noexcept
{
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Keyed anew in each process, so that whoever writes user names into a log cannot choose them to collide.
struct Seed {
    std::uint64_t first;
    std::uint64_t second;
    Seed()
    {
        std::random_device random;
        first = (std::uint64_t{random()} << 32 | random()) | 1;
        second = (std::uint64_t{random()} << 32 | random()) | 1;
    }
};
const Seed seed;

/// Addresses and most names are short: for them two loads and two multiplications do, after wyhash (Wang Yi, 2019).
inline std::uint32_t hashOf(std::string_view text)
{
    const std::size_t size = text.size();
    std::uint64_t hash = 0;
    if (size > 16) {
        // Where abseil was built with a string_view of its own, only that one has its fast hash.
        hash = absl::Hash<absl::string_view>{}(absl::string_view(text.data(), size));
    } else {
        std::uint64_t head = 0;
        std::uint64_t tail = 0;
        if (size >= 8) {
            head = eightBytes(text.data());
            tail = eightBytes(text.data() + size - 8);
        } else {
            std::memcpy(&head, text.data(), size);
        }
        hash = mixed(mixed(head ^ seed.first, tail ^ seed.second) ^ seed.first, seed.second ^ size);
    }
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

/// What a text takes besides its string: the heap's header and, rounded up to 16 bytes, its characters.
std::size_t heapBytesOf(std::string_view text) noexcept
{
    return text.size() < sizeof(std::string) / 2 ? 0 : (text.size() + 1 + 8 + 15) / 16 * 16;
}

bool same(std::string_view a, std::string_view b) noexcept
{
    const std::size_t size = a.size();
    if (size != b.size())
        return false;
    if (size < 8 || size > 16)
        return std::memcmp(a.data(), b.data(), size) == 0;
    return ((eightBytes(a.data()) ^ eightBytes(b.data()))
            | (eightBytes(a.data() + size - 8) ^ eightBytes(b.data() + size - 8))) == 0;
}

} // namespace

KeyTable::KeyTable() : m_texts(1), m_places(kFewestPlaces) {}

/// Where `text` stands, or else the empty place where its search ends.
inline const KeyTable::Place &KeyTable::placeOf(std::string_view text, std::uint32_t hash) const
{
    const Place *const places = m_places.data();
    const std::string *const texts = m_texts.data();
    const std::size_t mask = m_places.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
        const Place &place = places[at];
        if (place.key == kNoKey || (place.hash == hash && same(texts[place.key], text)))
            return place;
    }
}

/// Takes a key in that is not there, where there is room.
void KeyTable::enter(std::uint32_t hash, KeyId key) noexcept
{
    const std::size_t mask = m_places.size() - 1;
    std::size_t at = hash & mask;
    while (m_places[at].key != kNoKey)
        at = (at + 1) & mask;
    m_places[at] = {hash, key};
}

void KeyTable::resize(std::size_t places)
{
    const std::vector<Place> old = std::exchange(m_places, std::vector<Place>(places));
    for (const Place &place : old) {
        if (place.key != kNoKey)
            enter(place.hash, place.key);
    }
}

KeyId KeyTable::intern(std::string_view text)
{
    if (text.empty())
        return kNoKey;
    const std::uint32_t hash = hashOf(text);
    if (const KeyId known = placeOf(text, hash).key; known != kNoKey) [[likely]]
        return known;
    if ((size() + 1) * 4 > m_places.size() * 3)
        resize(m_places.size() * 2);
    KeyId key = 0;
    if (m_free.empty()) {
        key = static_cast<KeyId>(m_texts.size());
        m_texts.emplace_back(text);
    } else {
        key = m_free.back();
        m_free.pop_back();
        m_texts[key] = text;
    }
    m_heapBytes += heapBytesOf(text);
    enter(hash, key);
    return key;
}

KeyId KeyTable::find(std::string_view text) const
{
    return text.empty() ? kNoKey : placeOf(text, hashOf(text)).key;
}

void KeyTable::keepOnly(const KeyMarks &marks)
{
    std::vector<Place> kept;
    for (Place &place : m_places) {
        if (place.key == kNoKey)
            continue;
        if (marks.marked(place.key)) {
            kept.push_back(place);
            continue;
        }
        m_heapBytes -= heapBytesOf(m_texts[place.key]);
        m_texts[place.key] = std::string(); // Gives a long text's memory back, which clear() would not.
        m_free.push_back(place.key);
    }
    std::size_t places = kFewestPlaces;
    while (kept.size() * 2 > places)
        places *= 2;
    m_places.assign(places, Place());
    for (const Place &place : kept)
        enter(place.hash, place.key);
}

void KeyTable::clear()
{
    m_places.assign(kFewestPlaces, Place());
    m_texts.resize(1);
    m_free.clear();
    m_heapBytes = 0;
}

void KeyTable::reserve(std::size_t limit)
{
    m_texts.reserve(limit);
    std::size_t places = m_places.size();
    while (limit * 4 > places * 3)
        places *= 2;
    if (places > m_places.size())
        resize(places);
}

void KeyTable::append(std::string_view text)
{
    const auto key = static_cast<KeyId>(m_texts.size());
    if (!text.empty() && (size() + 1) * 4 > m_places.size() * 3)
        resize(m_places.size() * 2);
    m_texts.emplace_back(text);
    m_heapBytes += heapBytesOf(text);
    if (text.empty())
        m_free.push_back(key);
    else
        enter(hashOf(text), key);
}

} // namespace bartizan
