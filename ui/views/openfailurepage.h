// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/page.h"

namespace bartizan {

class EmptyState;

/// Shown in place of the pages when a database could not be opened: which one, why, and what can be done. Nothing
/// was changed in it. Thread: GUI.
class OpenFailurePage : public Page {
    Q_OBJECT
public:
    explicit OpenFailurePage(QWidget *parent = nullptr);

    /// `previous` is the database that was open before, empty if none was; `embedded` tells that the one that failed
    /// is the embedded one. Where there is no file at `path`, but a folder for it, the page offers to make one. `path` may
    /// be the URL of a database on a server: then password and connection can be mended.
    void setFailure(const QString &path, const QString &reason, bool embedded, const QString &previous);
    QString reason() const;
    QWidget *initialFocus() override;

Q_SIGNALS:
    void anotherRequested();
    void embeddedRequested();
    void retryRequested(const QString &path);
    void createRequested(const QString &path);
    void mendRequested(const QString &url, const QString &reason);

private:
    void offerMore(const QString &path, const QString &reason);
    EmptyState *m_state;
};

} // namespace bartizan
