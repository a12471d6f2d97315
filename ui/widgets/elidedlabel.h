// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace bartizan {

/// Elides an address in the middle so that prefix and last group stay; any other text at the end.
QString elidedAddress(const QFontMetrics &metrics, const QString &address, int width);

/// One line of plain text that gives way: elided at the end or in the middle, the whole text in the tool tip, for
/// screen readers and for copying (Ctrl+C, context menu). Thread: GUI.
class ElidedLabel : public QWidget {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget *parent = nullptr);
    explicit ElidedLabel(const QString &text, QWidget *parent = nullptr);
    void setText(const QString &text);
    QString text() const { return m_text; }
    /// What stands in place of the text where that does not fit; the tool tip has the whole.
    void setShortForm(const QString &text);
    void setElideMode(Qt::TextElideMode mode);
    /// Muted instead of text colour.
    void setMuted(bool muted);
    bool isElided() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    /// What is laid out: the text, cut where it is longer than anybody reads in a line.
    QString shownText() const;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void updateToolTip();

    QString m_text;
    QString m_short;
    Qt::TextElideMode m_mode = Qt::ElideRight;
    bool m_muted = false;
};

} // namespace bartizan
