// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <string>
#include <vector>

class QVBoxLayout;

namespace bartizan {

/// What people wrote, one remark below the other with its line breaks, each below a line that says who and when. A long
/// text is cut, with a link that shows all of it. Plain text. Thread: GUI.
class Remarks : public QWidget {
    Q_OBJECT
public:
    struct Remark {
        QString head;     ///< Ready to be shown.
        std::string text; ///< As it was written; may be empty.
        bool operator==(const Remark &) const = default;
    };

    explicit Remarks(QWidget *parent = nullptr);

    /// The same remarks again stay as they are, opened or not.
    void setRemarks(std::vector<Remark> remarks);
    /// All that is shown.
    QString text() const;

private:
    void addText(const QString &text);
    void addLong(const Remark &remark);

    std::vector<Remark> m_remarks;
    QVBoxLayout *m_column;
};

} // namespace bartizan
