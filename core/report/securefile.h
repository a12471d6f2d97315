// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <QByteArray>
#include <QString>

#include <string_view>

namespace bartizan {

/// A file that appears whole or not at all: written under a temporary name in the folder of its target, mode 0600, and
/// given its name by publish(). Never written through a symbolic link, never over anything but a regular file, and over
/// that only when asked to. Destroyed before publish(), it leaves nothing behind. Thread: any, one at a time.
class SecureFile {
public:
    SecureFile() = default;
    ~SecureFile();
    SecureFile(SecureFile &&other) noexcept;
    SecureFile &operator=(SecureFile &&) = delete;

    /// Refuses a target that is a symbolic link, no regular file, or exists (without `overwrite`).
    static Result<SecureFile> create(const QString &path, bool overwrite);
    Result<void> write(std::string_view text);
    /// Brings the text to the disk and gives the file its name.
    Result<void> publish();

private:
    Error failure(int number) const;
    Error exists() const;
    Result<void> checkTarget() const;
    Result<void> giveName();

    QString m_path;
    QByteArray m_name;     ///< Of the target within its folder.
    QByteArray m_tempName; ///< Empty once published.
    int m_folder = -1;
    int m_file = -1;
    bool m_overwrite = false;
};

} // namespace bartizan
