// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/textarena.h"

#include <algorithm>
#include <new>

namespace bartizan {

TextArena::Place TextArena::add(std::string_view text)
{
    const std::size_t size = bytesOf(text);
    if (m_next + size > kPiece || m_pieces.empty()) {
        if (m_pieces.size() >= kPiece)
            throw std::bad_alloc();
        // A long text has a piece of its own; the next one begins another.
        const std::size_t piece = std::max(kPiece, size);
        m_pieces.push_back(std::make_unique_for_overwrite<char[]>(piece));
        m_bytes += piece;
        m_next = 0;
    }
    const auto place = static_cast<Place>((m_pieces.size() - 1) << kPieceLog2 | m_next);
    char *at = m_pieces.back().get() + m_next;
    if (text.size() < kLong) {
        *at++ = static_cast<char>(text.size());
    } else {
        *at++ = static_cast<char>(kLong);
        const std::size_t longSize = text.size();
        std::memcpy(at, &longSize, sizeof longSize);
        at += sizeof longSize;
    }
    if (!text.empty())
        std::memcpy(at, text.data(), text.size());
    m_next += size;
    m_used += size;
    return place;
}

void TextArena::clear()
{
    m_pieces.clear();
    m_next = m_bytes = m_used = 0;
    add({}); // kEmpty.
}

} // namespace bartizan
