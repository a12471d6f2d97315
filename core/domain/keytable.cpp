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

std::uint64_t fourBytes(const char *at) noexcept
{
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

std::uint64_t randomOdd()
{
    std::random_device random;
    return (std::uint64_t{random()} << 32 | random()) | 1;
}

} // namespace

const KeyTable::Seed KeyTable::kSeed{randomOdd(), randomOdd()};

KeyTable::Hash KeyTable::hashOfOther(std::string_view text) noexcept
{
    const std::size_t size = text.size();
    const char *at = text.data();
    if (size > 32) {
        // Where abseil was built with a string_view of its own, only that one has its fast hash.
        const std::uint64_t hash = absl::Hash<absl::string_view>{}(absl::string_view(at, size));
        return static_cast<Hash>(hash ^ (hash >> 32));
    }
    std::uint64_t head = kSeed.first;
    std::uint64_t tail = kSeed.second;
    if (size >= 4) {
        head ^= fourBytes(at);
        tail ^= fourBytes(at + size - 4);
    } else if (size > 0) {
        const auto byte = [at](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(at[i])}; };
        head ^= byte(0) << 16 | byte(size / 2) << 8 | byte(size - 1);
    }
    return hashOf(head, tail, size);
}

KeyTable::KeyTable() : m_texts(1, TextArena::kEmpty), m_places(kFewestPlaces) {}

KeyId KeyTable::find(std::string_view wanted, Hash hash) const
{
    const Place *const places = m_places.data();
    const std::size_t mask = m_places.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
        const Place &place = places[at];
        if (place.key == kNoKey || (place.hash == hash && same(text(place.key), wanted)))
            return place.key;
    }
}

/// Takes a key in that is not there, where there is room.
void KeyTable::enter(Hash hash, KeyId key) noexcept
{
    Place *const places = m_places.data();
    const std::size_t mask = m_places.size() - 1;
    std::size_t at = hash & mask;
    while (places[at].key != kNoKey)
        at = (at + 1) & mask;
    places[at] = {hash, key};
}

void KeyTable::resize(std::size_t places)
{
    const std::vector<Place> old = std::exchange(m_places, std::vector<Place>(places));
    for (const Place &place : old) {
        if (place.key != kNoKey)
            enter(place.hash, place.key);
    }
}

KeyId KeyTable::intern(std::string_view text, Hash hash)
{
    if (const KeyId known = find(text, hash); known != kNoKey) [[likely]]
        return known;
    if ((size() + 1) * 4 > m_places.size() * 3)
        resize(m_places.size() * 2);
    KeyId key = 0;
    if (m_free.empty()) {
        key = static_cast<KeyId>(m_texts.size());
        m_texts.push_back(m_arena.add(text));
    } else {
        key = m_free.back();
        m_texts[key] = m_arena.add(text);
        m_free.pop_back();
    }
    enter(hash, key);
    return key;
}

void KeyTable::keepOnly(const KeyMarks &marks)
{
    Place *const places = m_places.data();
    const std::size_t mask = m_places.size() - 1;
    // Those that stand behind a place because it was in their way move up.
    const auto vacate = [&](std::size_t gap) {
        for (std::size_t i = (gap + 1) & mask; places[i].key != kNoKey; i = (i + 1) & mask) {
            if (((i - places[i].hash) & mask) >= ((i - gap) & mask)) {
                places[gap] = places[i];
                gap = i;
            }
        }
        places[gap] = {};
    };
    std::size_t textBytes = 0;
    // What moves up to a place that was vacated is looked at there; what comes round from the end was kept already.
    for (std::size_t at = 0; at <= mask;) {
        const KeyId key = places[at].key;
        if (key == kNoKey || marks.marked(key)) {
            textBytes += key == kNoKey ? 0 : TextArena::bytesOf(text(key));
            ++at;
            continue;
        }
        m_texts[key] = TextArena::kEmpty;
        m_free.push_back(key);
        vacate(at);
    }
    std::size_t fewest = kFewestPlaces;
    while (size() * 2 > fewest)
        fewest *= 2;
    if (fewest < m_places.size())
        resize(fewest);
    if (textBytes + textBytes / 4 < m_arena.used())
        moveTexts();
}

/// To memory without the gaps that forgotten texts have left.
void KeyTable::moveTexts()
{
    TextArena moved;
    for (TextArena::Place &place : m_texts) {
        if (place != TextArena::kEmpty)
            place = moved.add(m_arena.text(place));
    }
    m_arena = std::move(moved);
}

void KeyTable::clear()
{
    m_places.assign(kFewestPlaces, Place());
    m_texts.resize(1);
    m_arena.clear();
    m_free.clear();
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
    if (text.empty()) {
        m_texts.push_back(TextArena::kEmpty);
        m_free.push_back(key);
        return;
    }
    if ((size() + 1) * 4 > m_places.size() * 3)
        resize(m_places.size() * 2);
    m_texts.push_back(m_arena.add(text));
    enter(hashOf(text), key);
}

} // namespace bartizan
