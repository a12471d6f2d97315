// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bartizan {

/// Writes one JSON document piece by piece, its keys in the order they are given (QJsonObject sorts them), with flat
/// memory when take() is called in between. Control, direction-changing and invisible characters are escaped, so that
/// a document shown in a terminal cannot drive it. The caller sees to the structure: a key before each value of an
/// object, an end for each begin. Thread: any, one at a time.
class JsonWriter {
public:
    /// `indent` blanks a level; 0: everything on one line, without blanks.
    explicit JsonWriter(int indent = 2) : m_indent(indent) {}

    void beginObject() { begin('{'); }
    void endObject() { end('}'); }
    void beginArray() { begin('['); }
    void endArray() { end(']'); }
    void key(std::string_view name);

    void text(std::string_view value);
    void number(std::int64_t value) { literal(std::to_string(value)); }
    /// The shortest text that reads back as the same number; null for what is no number.
    void real(double value);
    void boolean(bool value) { literal(value ? "true" : "false"); }
    void null() { literal("null"); }
    /// The JSON object that `json` is the text of, laid out anew with its keys and numbers as they stand there. Text
    /// that is no JSON object appears as a string, so that nothing is lost and the document stays valid.
    void object(std::string_view json);

    /// What was written since the last call.
    std::string take();
    /// How much that is.
    std::size_t size() const noexcept { return m_out.size(); }

private:
    void begin(char bracket);
    void end(char bracket);
    void literal(std::string_view text);
    void string(std::string_view text);
    void separate();
    void breakLine();
    void copyTokens(std::string_view json);

    std::string m_out;
    int m_indent;
    int m_depth = 0;
    bool m_first = true;    ///< Nothing stands in the innermost container yet.
    bool m_afterKey = false;
};

} // namespace bartizan
