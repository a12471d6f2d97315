// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLayout>
#include <QList>

namespace bartizan {

/// Lays its items out one after another, each in the size it asks for, and goes on in a new line where the next one
/// does not fit. The height follows the width. GUI thread.
class FlowLayout : public QLayout {
    Q_OBJECT
public:
    /// `gap` stands between items and between lines, in pixels.
    explicit FlowLayout(int gap);
    ~FlowLayout() override;

    void addItem(QLayoutItem *item) override;
    int count() const override;
    QLayoutItem *itemAt(int index) const override;
    QLayoutItem *takeAt(int index) override;
    Qt::Orientations expandingDirections() const override;
    bool hasHeightForWidth() const override;
    int heightForWidth(int width) const override;
    QSize minimumSize() const override;
    QSize sizeHint() const override;
    void setGeometry(const QRect &rect) override;

private:
    using Line = QList<QLayoutItem *>;
    QList<Line> linesIn(int width) const;
    static int heightOf(const Line &line);

    QList<QLayoutItem *> m_items;
};

} // namespace bartizan
