// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QLabel>
#include <QTextLayout>

namespace bartizan {

/// Plain text of any number of lines that keeps to whatever width there is: a line breaks between words, and within one
/// that is wider than the line, so that no text, whoever chose it, demands room. What is marked by mouse can be copied
/// (context menu); without a mark all of it is. Thread: GUI.
class WrappedLabel : public QLabel {
    Q_OBJECT
public:
    explicit WrappedLabel(const QString &text, QWidget *parent = nullptr);
    /// Muted instead of text colour.
    void setMuted(bool muted);
    QString selectedText() const;

    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void take() const;
    void layOut(int width) const;
    int placeAt(const QPoint &position) const;
    void select(int from, int to);

    // The lines as they were laid out last, and how high they are for widths that were asked about: layouts ask often.
    // Of which text and font they are m_lines knows.
    mutable QTextLayout m_lines;
    mutable int m_width = -1;
    mutable QHash<int, int> m_heights;
    int m_from = 0; ///< The mark, from where it began to where the pointer is.
    int m_to = 0;
};

} // namespace bartizan
