// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace bartizan {

/// The text of an event's metadata while it is put together: the object that came with the event, kept byte for byte,
/// with further members written behind it. Ten megabytes are looked through once and copied once. Thread: one at a time.
class MetadataText {
public:
    MetadataText();
    ~MetadataText();
    MetadataText(MetadataText &&) noexcept;
    MetadataText &operator=(MetadataText &&) noexcept;

    void clear();
    /// Takes the text of an object (a copy is made); false when it is none: then nothing changes.
    bool setObject(std::string_view json);
    /// Adds a member behind what came. One that `name` is taken for already is left out. `json` is any JSON value;
    /// false when it is none.
    bool addMember(std::string_view name, std::string_view json);
    /// Writes the object with "file" and "line" as its last members. Members of these names that came with the event
    /// are kept as "originalFile" and "originalLine", unless they say the same.
    std::string withOrigin(std::string_view fileJson, std::int64_t line);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace bartizan
